import { type IntegrationEventPublisher } from '@koosco/payment-application';
import { type PaymentEvent } from '@koosco/payment-contracts';
import { type TransactionSql } from './conflict-guard';
import { insertAll } from './multi-row-insert';
import { outboxEntryOf } from './payment-outbox-entry';

/** Promises events by inserting them where Debezium reads: an insert that rolls back was never an event. */
export class OutboxIntegrationEventPublisher implements IntegrationEventPublisher {
  constructor(private readonly db: TransactionSql) {}

  publish(events: readonly PaymentEvent[]): Promise<void> {
    const entries = events.map(outboxEntryOf);
    return insertAll(
      this.db,
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
