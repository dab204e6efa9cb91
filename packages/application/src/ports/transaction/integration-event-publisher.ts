import { type PaymentEvent } from '@koosco/payment-contracts';

export interface IntegrationEventPublisher {
  /**
   * Promises the events to the rest of the platform: they become part of the transaction, reach Kafka at least once
   * after it commits and never if it rolls back. Events of one payment arrive in the order of their `sequence`.
   */
  publish(events: readonly PaymentEvent[]): Promise<void>;
}
