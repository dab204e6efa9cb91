import { each, perSecond, quantile, type Row } from './panel';

/** Whatever each relay knows from the database it knows as well as the others: the largest of them counts. */
export const rows: readonly Row[] = [
  {
    title: 'Payments',
    panels: [
      {
        title: 'Approved of those created',
        says: 'In the time shown. Orders that nobody pays lower it, too.',
        ...{ kind: 'number', unit: 'percentunit' },
        queries: [
          {
            expr: 'sum(increase(payment_approved_total[$__range])) / sum(increase(payment_created_total[$__range]))',
            legend: 'approved',
          },
        ],
      },
      {
        title: 'Created and approved',
        says: 'Payments a second: orders that may be paid, and those that were.',
        unit: 'reqps',
        queries: [
          { expr: 'sum(rate(payment_created_total[$__rate_interval]))', legend: 'created' },
          { expr: 'sum(rate(payment_approved_total[$__rate_interval]))', legend: 'approved' },
        ],
      },
      {
        title: 'Confirms by outcome',
        says: 'not-charged, unknown and failed are ours to mend; declined is between a buyer and their bank.',
        unit: 'reqps',
        queries: [perSecond('payment_confirm_total', 'outcome')],
      },
      {
        title: 'Cancels by outcome',
        says: 'Those asked for over HTTP.',
        unit: 'reqps',
        queries: [perSecond('payment_cancel_total', 'outcome')],
      },
      {
        title: 'Duplicates prevented',
        says: 'Requests and events recognised as repetitions. A rise is a sender who tries again and again.',
        unit: 'short',
        queries: [each('idempotency_duplicate_prevented_total', 'action')],
      },
      {
        title: 'Events of orders',
        says: 'Cancelled orders and refund requests, by what they led to.',
        unit: 'short',
        queries: [each('payment_order_events_total', 'type', 'result')],
      },
    ],
  },
  {
    title: 'Events',
    panels: [
      {
        title: 'From commit to Kafka',
        says: 'Of canaries, which go the way of all events.',
        unit: 's',
        queries: [quantile(0.5, 'outbox_end_to_end_seconds'), quantile(0.99, 'outbox_end_to_end_seconds')],
      },
      {
        title: 'Age of what waits',
        says: 'The oldest record of each topic that is not handled yet.',
        unit: 's',
        queries: [{ expr: 'max by (topic) (kafka_consumer_partition_oldest_record_age_seconds)', legend: '{{topic}}' }],
      },
      {
        title: 'Published',
        says: 'Rows of the outbox that were seen on their topics.',
        unit: 'reqps',
        queries: [perSecond('payment_outbox_published_total', 'topic')],
      },
      {
        title: 'Oldest event in the outbox',
        says: 'And the age of the newest canary that has come back: what is younger may not arrive.',
        unit: 's',
        queries: [
          { expr: 'min(payment_outbox_oldest_pending_seconds)', legend: 'oldest pending' },
          { expr: 'min(payment_outbox_canary_age_seconds)', legend: 'canary' },
        ],
      },
      {
        title: 'Looks at the connector',
        says: 'running is well; the others say what was done to it.',
        unit: 'short',
        queries: [each('payment_outbox_connector_checks_total', 'result')],
      },
      {
        title: 'Records that are not ours',
        says: 'On payment topics, by why.',
        unit: 'short',
        queries: [each('payment_outbox_foreign_records_total', 'topic', 'reason')],
      },
      {
        title: 'Consumed',
        says: 'Records a second, whatever became of them.',
        unit: 'reqps',
        queries: [perSecond('kafka_consumer_records_consumed_total', 'service', 'topic')],
      },
      {
        title: 'Lag',
        says: 'Records that wait, of all partitions.',
        unit: 'short',
        queries: [{ expr: 'sum by (topic) (kafka_consumer_partition_lag_records)', legend: '{{topic}}' }],
      },
      {
        title: 'Partitions at one batch',
        says: 'For how long; more than a few seconds is a partition that cannot go on.',
        unit: 's',
        queries: [
          {
            expr: 'max by (topic, partition) (kafka_consumer_partition_stuck_seconds)',
            legend: '{{topic}}[{{partition}}]',
          },
        ],
      },
      {
        title: 'Dead letters and conflicts',
        says: 'Records that no retry could help, those that contradict their payment among them; and those of no concern.',
        unit: 'short',
        queries: [
          each('kafka_consumer_records_parked_total', 'topic'),
          each('kafka_consumer_order_conflicts_total', 'topic', 'differs'),
          { ...each('kafka_consumer_records_skipped_total', 'topic'), legend: 'skipped {{topic}}' },
        ],
      },
    ],
  },
  {
    title: 'Toss',
    panels: [
      {
        title: 'Latency',
        says: 'By operation.',
        unit: 's',
        queries: [quantile(0.5, 'toss_call_seconds', 'operation'), quantile(0.95, 'toss_call_seconds', 'operation')],
      },
      {
        title: 'Calls by outcome',
        says: 'error is an answer, a declined card among them; not-sent, no-response, cut-body and unreadable are none.',
        unit: 'reqps',
        queries: [perSecond('toss_call_seconds_count', 'outcome')],
      },
      {
        title: 'Errors by code',
        says: "Toss's own words, and what went wrong below them.",
        unit: 'short',
        queries: [each('toss_errors_total', 'operation', 'code')],
      },
      {
        title: 'Webhooks',
        says: 'What came, and what it led to.',
        unit: 'short',
        queries: [each('payment_webhooks_total', 'kind', 'order'), each('payment_hints_followed_total', 'result')],
      },
      {
        title: "Toss's list of transactions",
        says: 'How long ago it was read.',
        unit: 's',
        queries: [{ expr: 'min(payment_books_unread_seconds)', legend: 'unread for' }],
      },
      {
        title: 'Movements that nobody knew',
        says: "Found in Toss's list of transactions before any webhook told.",
        unit: 'short',
        queries: [
          { expr: 'sum(increase(payment_books_untold_movements_total[$__rate_interval]))', legend: 'movements' },
        ],
      },
    ],
  },
  {
    title: 'Money that is not where it should be',
    panels: [
      {
        title: 'Unexplained won',
        says: 'Of the last hour. Anything but 0 is looked at at once.',
        ...{ kind: 'number', unit: 'currencyKRW' },
        queries: [{ expr: 'max(payment_unexplained_won)', legend: 'unexplained' }],
      },
      {
        title: 'Unclear attempts',
        says: 'Confirms of which nobody knows whether they charged.',
        unit: 'short',
        queries: [{ expr: 'max(payment_attempts_unclear)', legend: 'unclear' }],
      },
      {
        title: 'Age of the oldest unclear attempt and open refund',
        says: 'Both are settled within seconds while Toss answers.',
        unit: 's',
        queries: [
          { expr: 'max(payment_attempts_oldest_unclear_seconds)', legend: 'attempt' },
          { expr: 'max(payment_refunds_oldest_open_seconds)', legend: 'refund' },
        ],
      },
      {
        title: 'What the relay heard of attempts',
        says: 'By outcome.',
        unit: 'short',
        queries: [each('payment_attempts_looked_after_total', 'outcome')],
      },
      {
        title: 'Refunds and unapplied charges',
        says: 'Open refunds, and charges that no payment could take and that wait for one.',
        unit: 'short',
        queries: [
          { expr: 'max(payment_refunds_open)', legend: 'open refunds' },
          { expr: 'max(payment_unapplied_charges)', legend: 'unapplied charges' },
        ],
      },
      {
        title: 'Won to be given back',
        says: 'The sums of those.',
        unit: 'currencyKRW',
        queries: [
          { expr: 'max(payment_refunds_open_won)', legend: 'open refunds' },
          { expr: 'max(payment_unapplied_won)', legend: 'unapplied charges' },
        ],
      },
      {
        title: 'What the relay heard of refunds',
        says: 'By outcome and what asked for them. A refused one is owed to its buyer still.',
        unit: 'short',
        queries: [each('payment_refunds_looked_after_total', 'outcome', 'origin')],
      },
    ],
  },
  {
    title: 'Workers',
    panels: [
      {
        title: 'Up and ready',
        says: 'As of each scrape.',
        unit: 'short',
        queries: [
          { expr: 'sum by (job) (up)', legend: 'up {{job}}' },
          { expr: 'sum by (job) (worker_ready)', legend: 'ready {{job}}' },
        ],
      },
      {
        title: 'Request latency',
        says: 'One in twenty takes longer.',
        unit: 's',
        queries: [quantile(0.95, 'http_server_requests_seconds', 'method', 'uri')],
      },
      {
        title: 'Requests by status',
        says: 'A second, by route.',
        unit: 'reqps',
        queries: [perSecond('http_server_requests_seconds_count', 'uri', 'status')],
      },
      {
        title: 'Requests worked on',
        says: 'Not counting those that wait for Toss; and those that were turned away because there were too many.',
        unit: 'short',
        queries: [
          { expr: 'sum(http_server_requests_working)', legend: 'worked on' },
          {
            expr: 'sum(increase(http_server_requests_turned_away_total[$__rate_interval]))',
            legend: 'turned away',
          },
        ],
      },
      {
        title: 'Event loop lag',
        says: 'Of one tick in a hundred.',
        unit: 's',
        queries: [{ expr: 'max by (job) (nodejs_eventloop_lag_p99_seconds)', legend: '{{job}}' }],
      },
      {
        title: 'Memory',
        says: 'Resident.',
        unit: 'bytes',
        queries: [{ expr: 'max by (job) (process_resident_memory_bytes)', legend: '{{job}}' }],
      },
      {
        title: 'CPU',
        says: 'Cores in use.',
        unit: 'short',
        queries: [{ expr: 'sum by (job) (rate(process_cpu_seconds_total[$__rate_interval]))', legend: '{{job}}' }],
      },
    ],
  },
];
