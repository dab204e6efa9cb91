import { type IntegrationEventPublisher } from '@koosco/payment-application';
import { type PaymentEvent } from '@koosco/payment-contracts';
import { insertAll } from '../transaction/insert/insert-all';
import { outboxColumns, outboxEntryOf } from './payment-outbox-entry';
import { type DatabaseTracing } from '../database-tracing';
import { type TransactionSql } from '../transaction/transaction-sql';

/** Promises events by inserting them where Debezium reads: an insert that rolls back was never an event. */
export class OutboxIntegrationEventPublisher implements IntegrationEventPublisher {
  constructor(
    private readonly sql: TransactionSql,
    private readonly tracing: Pick<DatabaseTracing, 'continueTrace'>,
  ) {}

  publish(events: readonly PaymentEvent[]): Promise<void> {
    const rows = events.map((event) => outboxEntryOf(this.#inItsTrace(event)));
    return insertAll(this.sql, { table: 'payment_outbox', columns: outboxColumns }, rows);
  }

  /** As following from what is being done, which is in the trace of its payment. */
  #inItsTrace(event: PaymentEvent): PaymentEvent {
    const traceparent = this.tracing.continueTrace(event.traceparent ?? null);
    return traceparent === null ? event : { ...event, traceparent };
  }
}
