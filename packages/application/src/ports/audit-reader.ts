import { type OrderId } from '@koosco/payment-domain';
import { type EventRecord, type PaymentRecords } from '../audit/audit-records';

/** The database as an audit reads it: with no right but to read, and nothing of it locked. */
export interface AuditReader {
  /** Events that were written between two instants. */
  events(from: Date, to: Date): Promise<readonly EventRecord[]>;
  /** Payments that were created between two instants. */
  createdPayments(from: Date, to: Date): Promise<readonly string[]>;
  /** All records of these payments, and of those of these orders, as they are at one moment. */
  records(paymentIds: readonly string[], orderIds: readonly OrderId[]): Promise<readonly PaymentRecords[]>;
}
