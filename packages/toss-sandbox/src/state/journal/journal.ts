import { type WebhookDelivery } from '../../webhooks/webhook-delivery';
import { type WebhookEndpoint } from '../../webhooks/webhook-endpoint';
import { type LedgerRow } from '../ledger-row';
import { type Payment } from '../payment/payment';

/** An answer kept under an idempotency key, byte for byte. */
export interface KeptAnswer {
  readonly identity: string;
  readonly firstUsedMs: number;
  readonly status: number;
  readonly body: string;
  readonly traceId: string;
}

/**
 * One line of the journal: everything one request changed. It is applied whole or, if the line is torn, not at all, so
 * that a payment, its money and the answer about it can never disagree after a crash.
 */
export interface JournalRecord {
  readonly clock: { readonly offsetMs: number; readonly nowMs: number };
  readonly payment?: Payment;
  readonly rows?: readonly LedgerRow[];
  readonly answer?: KeptAnswer;
  readonly endpoints?: readonly WebhookEndpoint[];
  readonly deliveries?: readonly WebhookDelivery[];
}

/** Where a record lies; opaque to everyone but the journal that gave it. */
export interface JournalPosition {
  readonly offset: number;
  readonly length: number;
}

export interface Journal {
  /** Takes the record in order. It is safe only once the returned promise resolves; rejects when the disk refuses. */
  append(record: JournalRecord): { at: JournalPosition; durable: Promise<void> };
  /** Resolves when all that was appended so far is safe. */
  settled(): Promise<void>;
  /** The answer in a durable record. */
  readAnswer(at: JournalPosition): Promise<KeptAnswer>;
  /** Forgets everything. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
