/** Samples of series by the minute, in promtool's notation. */
type Series = Readonly<Record<string, string>>;

/** What Prometheus has seen after half an hour. */
export interface RuleCase {
  /** How many alerts fire. */
  readonly fires?: number;
  readonly bad: Series;
  /** As near to the bad case as may be without an alert. */
  readonly good: Series;
  /** Bad, and not for long enough: where the alert waits. */
  readonly begun?: Series;
}

const AFTER = 30;
const always = (value: number) => `${value}x${AFTER}`;
/** For so many minutes now, and nothing before. */
const since = (minutes: number, value: number) => `0x${AFTER - minutes - 1} ${value}x${minutes}`;
/** So many a minute. */
const growing = (perMinute: number) => `0+${perMinute}x${AFTER}`;
/** As many, a moment ago. */
const lately = (count: number) => since(2, count);
/** As many, but long ago. */
const longAgo = (count: number) => `0x5 ${count}x${AFTER}`;

const relay = 'service="outbox-relay"';
const orders = 'topic="koosco.commerce.order.placed"';

/** For each alert, by its name. */
export const ruleCases: Readonly<Record<string, RuleCase>> = {
  PaymentUnexplainedWon: {
    bad: { [`payment_unexplained_won{${relay}}`]: always(1) },
    good: { [`payment_unexplained_won{${relay}}`]: always(0) },
    begun: { [`payment_unexplained_won{${relay}}`]: since(0, 5) },
  },
  PaymentAttemptUnclear: {
    bad: { [`payment_attempts_oldest_unclear_seconds{${relay}}`]: '0+60x30' },
    // An answer 500: unclear for ten minutes, and then settled.
    good: { [`payment_attempts_oldest_unclear_seconds{${relay}}`]: '0x18 0+60x14' },
    begun: { [`payment_attempts_oldest_unclear_seconds{${relay}}`]: since(0, 1_000) },
  },
  PaymentUnappliedChargesStay: {
    bad: { [`payment_unapplied_charges{${relay}}`]: `0x10 3x20` },
    // There are some all the time, and fewer and fewer.
    good: { [`payment_unapplied_charges{${relay}}`]: '40-1x30' },
    begun: { [`payment_unapplied_charges{${relay}}`]: since(4, 3) },
  },
  PaymentRefundOpen: {
    bad: { [`payment_refunds_oldest_open_seconds{${relay}}`]: '0+60x30' },
    good: { [`payment_refunds_oldest_open_seconds{${relay}}`]: '0x12 0+60x18' },
    begun: { [`payment_refunds_oldest_open_seconds{${relay}}`]: since(0, 1_300) },
  },
  PaymentRefundRefused: {
    bad: {
      [`payment_refunds_looked_after_total{outcome="refused",origin="ORDER_REFUND",${relay}}`]: lately(1),
      [`payment_refunds_looked_after_total{outcome="refused",origin="REQUEST",${relay}}`]: always(4),
    },
    good: {
      [`payment_refunds_looked_after_total{outcome="refunded",origin="ORDER_REFUND",${relay}}`]: growing(5),
      [`payment_refunds_looked_after_total{outcome="refused",origin="ORDER_REFUND",${relay}}`]: longAgo(1),
    },
  },
  PaymentHintDiffers: {
    bad: { [`payment_hints_followed_total{result="differs",${relay}}`]: lately(1) },
    good: {
      [`payment_hints_followed_total{result="given-back",${relay}}`]: growing(1),
      [`payment_hints_followed_total{result="differs",${relay}}`]: longAgo(1),
    },
  },
  PaymentConfirmsNotCharged: {
    bad: {
      'payment_confirm_total{outcome="approved"}': growing(50),
      'payment_confirm_total{outcome="not-charged"}': growing(10),
    },
    // Few of many; and in a quiet hour, most of hardly any.
    good: {
      'payment_confirm_total{outcome="approved"}': growing(100),
      'payment_confirm_total{outcome="not-charged"}': growing(10),
      'payment_confirm_total{outcome="declined"}': growing(20),
    },
    begun: { 'payment_confirm_total{outcome="not-charged"}': since(1, 50) },
  },
  PaymentConfirmsUnknown: {
    bad: {
      'payment_confirm_total{outcome="approved"}': growing(10),
      'payment_confirm_total{outcome="unknown"}': growing(1),
      'payment_confirm_total{outcome="failed"}': growing(1),
    },
    good: { 'payment_confirm_total{outcome="unknown"}': lately(4) },
    begun: { 'payment_confirm_total{outcome="unknown"}': since(1, 50) },
  },
  PaymentBooksUnread: {
    bad: { [`payment_books_unread_seconds{${relay}}`]: '0+60x30' },
    // One of two relays cannot; the other does.
    good: {
      'payment_books_unread_seconds{instance="one"}': '0+60x30',
      'payment_books_unread_seconds{instance="two"}': always(60),
    },
    begun: { [`payment_books_unread_seconds{${relay}}`]: since(0, 700) },
  },
  TossFailing: {
    bad: {
      'toss_call_seconds_count{operation="confirm",outcome="ok"}': growing(20),
      'toss_call_seconds_count{operation="confirm",outcome="no-response"}': growing(5),
      'toss_call_seconds_count{operation="confirm",outcome="not-sent"}': growing(5),
    },
    good: {
      'toss_call_seconds_count{operation="confirm",outcome="ok"}': growing(20),
      'toss_call_seconds_count{operation="confirm",outcome="error"}': growing(50),
      'toss_call_seconds_count{operation="confirm",outcome="no-response"}': growing(5),
    },
    begun: { 'toss_call_seconds_count{operation="confirm",outcome="no-response"}': since(1, 50) },
  },
  TossSlow: {
    bad: {
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="5"}': growing(18),
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="10"}': growing(20),
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="+Inf"}': growing(20),
    },
    // Slow is what nobody waits for.
    good: {
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="5"}': growing(20),
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="10"}': growing(20),
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="+Inf"}': growing(20),
      'toss_call_seconds_bucket{operation="transactions",outcome="ok",le="5"}': always(0),
      'toss_call_seconds_bucket{operation="transactions",outcome="ok",le="+Inf"}': growing(20),
    },
    begun: {
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="5"}': always(0),
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="10"}': since(3, 50),
      'toss_call_seconds_bucket{operation="confirm",outcome="ok",le="+Inf"}': since(3, 50),
    },
  },
  TossRefusesKey: {
    bad: { 'toss_errors_total{operation="confirm",code="UNAUTHORIZED_KEY"}': lately(1) },
    good: {
      'toss_errors_total{operation="confirm",code="UNAUTHORIZED_KEY"}': longAgo(1),
      'toss_errors_total{operation="confirm",code="REJECT_CARD_COMPANY"}': growing(9),
    },
  },
  OrdersWaiting: {
    bad: {
      [`kafka_consumer_partition_oldest_record_age_seconds{${orders},partition="0"}`]: always(0),
      [`kafka_consumer_partition_oldest_record_age_seconds{${orders},partition="1"}`]: '0x20 0+60x10',
    },
    good: { [`kafka_consumer_partition_oldest_record_age_seconds{${orders},partition="0"}`]: always(119) },
    begun: { [`kafka_consumer_partition_oldest_record_age_seconds{${orders},partition="0"}`]: since(0, 130) },
  },
  OrderPartitionStuck: {
    fires: 2,
    bad: {
      [`kafka_consumer_partition_stuck_seconds{${orders},partition="0"}`]: '0x20 0+60x10',
      [`kafka_consumer_partition_stuck_seconds{${orders},partition="1"}`]: '0x20 0+60x10',
    },
    good: { [`kafka_consumer_partition_stuck_seconds{${orders},partition="0"}`]: always(119) },
    begun: { [`kafka_consumer_partition_stuck_seconds{${orders},partition="0"}`]: since(0, 130) },
  },
  OrderRecordsParked: {
    bad: { [`kafka_consumer_records_parked_total{${orders}}`]: lately(1) },
    good: { [`kafka_consumer_records_parked_total{${orders}}`]: longAgo(1) },
  },
  OrderConflicts: {
    bad: { [`kafka_consumer_order_conflicts_total{${orders},differs="amount"}`]: lately(1) },
    good: { [`kafka_consumer_order_conflicts_total{${orders},differs="amount"}`]: longAgo(1) },
  },
  OutboxCanaryOld: {
    bad: { [`payment_outbox_canary_age_seconds{${relay}}`]: '0x20 0+60x10' },
    // A connector that begins anew.
    good: { [`payment_outbox_canary_age_seconds{${relay}}`]: '5x29 50' },
    begun: { [`payment_outbox_canary_age_seconds{${relay}}`]: since(0, 70) },
  },
  OutboxPendingOld: {
    bad: { [`payment_outbox_oldest_pending_seconds{${relay}}`]: '0x20 0+60x10' },
    good: { [`payment_outbox_oldest_pending_seconds{${relay}}`]: '0x26 0+60x4' },
    begun: { [`payment_outbox_oldest_pending_seconds{${relay}}`]: since(0, 200) },
  },
  OutboxConnectorFailing: {
    bad: {
      [`payment_outbox_connector_checks_total{result="failed",${relay}}`]: growing(1),
      [`payment_outbox_connector_checks_total{result="running",${relay}}`]: growing(1),
    },
    good: {
      [`payment_outbox_connector_checks_total{result="restarted",${relay}}`]: lately(1),
      [`payment_outbox_connector_checks_total{result="running",${relay}}`]: growing(12),
    },
    begun: { [`payment_outbox_connector_checks_total{result="failed",${relay}}`]: since(1, 9) },
  },
  OutboxConnectorBegunAnew: {
    bad: { [`payment_outbox_connector_checks_total{result="begun_anew",${relay}}`]: lately(1) },
    good: { [`payment_outbox_connector_checks_total{result="begun_anew",${relay}}`]: longAgo(1) },
  },
  OutboxForeignRecords: {
    bad: { 'payment_outbox_foreign_records_total{topic="t",reason="no_outbox_id"}': lately(1) },
    good: { 'payment_outbox_foreign_records_total{topic="t",reason="no_outbox_id"}': longAgo(1) },
  },
  WorkerDown: {
    bad: { 'up{job="confirm-api",instance="a"}': '1x27 0x5', 'up{job="confirm-api",instance="b"}': always(1) },
    good: { 'up{job="confirm-api",instance="a"}': always(1) },
    begun: { 'up{job="confirm-api",instance="a"}': '1x29 0' },
  },
  WorkerNotReady: {
    bad: { 'worker_ready{job="order-consumer",instance="a"}': '1x25 0x8' },
    good: { 'worker_ready{job="order-consumer",instance="a"}': always(1) },
    begun: { 'worker_ready{job="order-consumer",instance="a"}': '1x28 0x5' },
  },
  RequestsTurnedAway: {
    bad: { http_server_requests_turned_away_total: growing(4) },
    good: { http_server_requests_turned_away_total: longAgo(500) },
    begun: { http_server_requests_turned_away_total: since(0, 500) },
  },
  EventLoopLagging: {
    bad: { 'nodejs_eventloop_lag_p99_seconds{job="order-consumer"}': always(0.7) },
    good: { 'nodejs_eventloop_lag_p99_seconds{job="order-consumer"}': always(0.4) },
    begun: { 'nodejs_eventloop_lag_p99_seconds{job="order-consumer"}': since(4, 0.7) },
  },
  WorkerMemoryHigh: {
    bad: { 'process_resident_memory_bytes{job="confirm-api"}': always(350e6) },
    good: { 'process_resident_memory_bytes{job="confirm-api"}': always(280e6) },
    begun: { 'process_resident_memory_bytes{job="confirm-api"}': since(14, 350e6) },
  },
};

/** A file for `promtool test rules` that tells how many alerts of this name fire after half an hour of each of its cases. */
export function promtoolTest(alert: string, rulesFile: string): string {
  const { fires = 1, bad, good, begun } = ruleCases[alert]!;
  const tests = [testOf(alert, bad, fires), testOf(alert, good, 0), ...(begun ? [testOf(alert, begun, 0)] : [])];
  return JSON.stringify({ rule_files: [rulesFile], evaluation_interval: '15s', tests });
}

function testOf(alert: string, series: Series, fires: number) {
  return {
    name: `${alert}: ${fires} fire`,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
        eval_time: `${AFTER}m`,
        exp_samples: [{ labels: '{}', value: fires }],
      },
    ],
  };
}
