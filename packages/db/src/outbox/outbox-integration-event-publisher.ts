import { type IntegrationEventPublisher } from '@koosco/payment-application';
import { type PaymentEvent } from '@koosco/payment-contracts';
import { insertAll } from '../transaction/multi-row-insert';
import { outboxEntryOf } from './payment-outbox-entry';
import { type TransactionSql } from '../transaction/transaction-sql';

/** Promises events by inserting them where Debezium reads: an insert that rolls back was never an event. */
export class OutboxIntegrationEventPublisher implements IntegrationEventPublisher {
  constructor(private readonly sql: TransactionSql) {}

  publish(events: readonly PaymentEvent[]): Promise<void> {
    const entries = events.map(outboxEntryOf);
    return insertAll(
      this.sql,
      'payment_outbox',
      entries.map((entry) => ({
        aggregate_id: entry.aggregateId,
        aggregate_type: entry.aggregateType,
        event_type: entry.eventType,
        payload: entry.payload,
        topic: entry.topic,
        partition_key: entry.partitionKey,
        status: 'PENDING',
      })),
    );
  }
}
