import {
  type BooksRound,
  type CarriedOutRefund,
  type FollowedHints,
  type SettledAttempt,
} from '@koosco/payment-application';
import {
  type Database,
  type OpenRefundStatistics as OpenRefunds,
  type UnclearAttemptStatistics,
} from '@koosco/payment-db';
import { type Metrics } from '@koosco/payment-telemetry';
import { KAFKA_CONSUMER_RECORDS_CONSUMED, PAYMENT_APPROVED } from '@koosco/payment-application';
import { paymentTopics } from '@koosco/payment-contracts';
import { FOREIGN_REASONS, type ForeignReason } from './adapters/kafka/foreign-reason';
import { type ConnectorCare } from './adapters/kafka-connect/outbox-connector';

export class RelayMetrics {
  readonly #consumed;
  readonly #published;
  readonly #foreign;
  readonly #settled;
  readonly #approved;
  readonly #refunds;
  readonly #hints;
  readonly #connector;
  readonly #untold;
  readonly #endToEnd;
  /** As if one had come back when this worker began. */
  #canaryBackAt = new Date();
  /** As if they had been read when this worker began: where Toss cannot be asked, it grows from there. */
  #booksReadUntil = new Date();
  #unexplainedKrw = 0n;
  #oldestPending: Date | null = null;
  #unapplied = { count: 0, krw: 0n };
  #unclear: UnclearAttemptStatistics = { count: 0, krw: 0n, oldestAt: null };
  #refundsOpen: OpenRefunds = { count: 0, krw: 0n, oldestAt: null };

  constructor(metrics: Metrics) {
    this.#consumed = metrics.counter(KAFKA_CONSUMER_RECORDS_CONSUMED);
    this.#published = metrics.counter(
      {
        name: 'payment_outbox_published_total',
        help: 'Outbox rows that were seen on their topics for the first time, or published there by this relay',
        labelNames: ['topic'],
      },
      paymentTopics.map((topic) => ({ topic })),
    );
    this.#foreign = metrics.counter(
      {
        name: 'payment_outbox_foreign_records_total',
        help: 'Records on payment topics that are no event of an outbox row, by why',
        labelNames: ['topic', 'reason'],
      },
      paymentTopics.flatMap((topic) => FOREIGN_REASONS.map((reason) => ({ topic, reason }))),
    );
    this.#settled = metrics.counter(
      {
        name: 'payment_attempts_looked_after_total',
        help: 'Unresolved attempts the relay asked the gateway about, by what it heard',
        labelNames: ['outcome'],
      },
      ['approved', 'declined', 'refused', 'not-charged', 'unknown', 'failed'].map((outcome) => ({ outcome })),
    );
    this.#approved = metrics.counter(PAYMENT_APPROVED);
    this.#hints = metrics.counter(
      {
        name: 'payment_hints_followed_total',
        help: 'Orders looked at because of webhooks, by what that led to; differs is one to be woken for',
        labelNames: ['result'],
      },
      ['hurried', 'given-back', 'later', 'differs'].map((result) => ({ result })),
    );
    this.#refunds = metrics.counter(
      {
        name: 'payment_refunds_looked_after_total',
        help: 'Refunds the relay worked on, by what it heard and what asked for them',
        labelNames: ['outcome', 'origin'],
      },
      ['refunded', 'refused', 'not-refunded', 'unknown'].flatMap((outcome) =>
        ['REQUEST', 'ORDER_REFUND', 'ORDER_CANCELLED', 'UNAPPLIED_CHARGE'].map((origin) => ({ outcome, origin })),
      ),
    );
    this.#untold = metrics.counter({
      name: 'payment_books_untold_movements_total',
      help: "Movements of money in Toss's list of transactions that no record of their order knew when they were read",
    });
    metrics.gauge(
      { name: 'payment_books_unread_seconds', help: "How long ago Toss's list of transactions was read to its end" },
      () => secondsSince(this.#booksReadUntil),
    );
    metrics.gauge(
      {
        name: 'payment_unexplained_won',
        help: "Money of the last hour on which Toss's books, the database and the history of a payment do not agree",
      },
      () => Number(this.#unexplainedKrw),
    );
    this.#endToEnd = metrics.histogram({
      name: 'outbox_end_to_end_seconds',
      help: 'From the commit of a canary in the outbox until it was read back from its topic',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    });
    metrics.gauge(
      {
        name: 'payment_outbox_canary_age_seconds',
        help: 'How long ago the newest canary was committed that has come back: what is committed since may not arrive',
      },
      () => secondsSince(this.#canaryBackAt),
    );
    this.#connector = metrics.counter(
      {
        name: 'payment_outbox_connector_checks_total',
        help: 'Looks at the Debezium connector, by what they led to',
        labelNames: ['result'],
      },
      ['running', 'configured', 'restarted', 'begun_anew', 'sent_again', 'stuck', 'failed'].map((result) => ({
        result,
      })),
    );
    // From what was counted last: it grows on while the database is away, and so does the alarm.
    metrics.gauge(
      {
        name: 'payment_outbox_oldest_pending_seconds',
        help: 'Age of the oldest outbox row not yet read back from Kafka',
      },
      () => secondsSince(this.#oldestPending),
    );
    metrics.gauge(
      {
        name: 'payment_unapplied_charges',
        help: 'Charges that their payment could not take and that wait for a refund',
      },
      () => this.#unapplied.count,
    );
    metrics.gauge(
      { name: 'payment_attempts_unclear', help: 'Confirms of which nobody knows whether they charged' },
      () => {
        return this.#unclear.count;
      },
    );
    metrics.gauge(
      { name: 'payment_attempts_oldest_unclear_seconds', help: 'Age of the oldest of those confirms' },
      () => secondsSince(this.#unclear.oldestAt),
    );
    metrics.gauge({ name: 'payment_refunds_open', help: 'Refunds that are asked for and not settled' }, () => {
      return this.#refundsOpen.count;
    });
    metrics.gauge({ name: 'payment_refunds_open_won', help: 'The sum of those refunds' }, () =>
      Number(this.#refundsOpen.krw),
    );
    metrics.gauge(
      { name: 'payment_refunds_oldest_open_seconds', help: 'Age of the oldest refund that is not settled' },
      () => secondsSince(this.#refundsOpen.oldestAt),
    );
    metrics.gauge({ name: 'payment_unapplied_won', help: 'The sum of those charges' }, () =>
      Number(this.#unapplied.krw),
    );
  }

  /** @throws when the database does not answer; the metrics then keep to what they know. */
  async count(
    database: Pick<Database, 'outbox' | 'unappliedCharges' | 'openRefunds' | 'unclearAttempts'>,
  ): Promise<void> {
    this.#oldestPending = (await database.outbox.pendingStatistics()).oldestCreatedAt;
    this.#unapplied = await database.unappliedCharges.awaitingRefund();
    this.#unclear = await database.unclearAttempts.statistics();
    this.#refundsOpen = await database.openRefunds.statistics();
  }

  countReadBack({ topic, records, newlyPublished }: { topic: string; records: number; newlyPublished: number }): void {
    this.#consumed.inc({ topic }, records);
    this.#published.inc({ topic }, newlyPublished);
  }

  /** @param tookSeconds of each canary that came back just now. */
  observeCanaries(tookSeconds: readonly number[]): void {
    for (const seconds of tookSeconds) this.#endToEnd.observe(seconds);
  }

  /** @param ageMs of the newest one that has come back; null when none ever has. */
  setCanaryAge(ageMs: number | null): void {
    if (ageMs !== null) this.#canaryBackAt = new Date(Date.now() - ageMs);
  }

  /** Rows that this relay has brought to their topics itself. */
  countPublished(rows: readonly { readonly topic: string }[]): void {
    for (const { topic } of rows) this.#published.inc({ topic });
  }

  countForeign(topic: string, counts: Readonly<Record<ForeignReason, number>>): void {
    for (const [reason, count] of Object.entries(counts)) this.#foreign.inc({ topic, reason }, count);
  }

  countSettled({ outcome, applied, attempt }: SettledAttempt): void {
    this.#settled.inc({ outcome });
    if (applied && attempt.state.status === 'SUCCEEDED') this.#approved.inc();
  }

  countHints({ result }: FollowedHints): void {
    this.#hints.inc({ result });
  }

  countBooks({ hinted, readUntil }: BooksRound): void {
    this.#untold.inc(hinted.length);
    if (readUntil !== null) this.#booksReadUntil = readUntil;
  }

  /** @param krw null where another relay had the audit: what was known stays. */
  setUnexplained(krw: bigint | null): void {
    if (krw !== null) this.#unexplainedKrw = krw;
  }

  countRefund(carriedOut: CarriedOutRefund): void {
    if (carriedOut.kind === 'failed') this.#refunds.inc({ outcome: 'failed', origin: '' });
    else this.#refunds.inc({ outcome: carriedOut.outcome, origin: carriedOut.refund.state.origin });
  }

  countConnectorCheck(result: ConnectorCare | 'failed'): void {
    this.#connector.inc({ result });
  }
}

function secondsSince(at: Date | null): number {
  return at === null ? 0 : Math.max(0, (Date.now() - at.getTime()) / 1_000);
}
