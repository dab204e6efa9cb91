import { parsePaymentEvent, type PaymentEvent } from '@koosco/payment-contracts';
import { type LedgerRow } from '@koosco/toss-sandbox';
import { createConnection } from 'mariadb';
import { demoKafka, endOffsets, paymentTopics } from '../broker';

export interface StoredPayment {
  readonly orderId: bigint;
  readonly paymentId: string;
  readonly status: string;
  readonly amount: bigint;
  readonly paymentKey: string | null;
  readonly pgTransactionId: string | null;
  readonly unresolvedAttempts: bigint;
  readonly canceledAmount: bigint;
  readonly unresolvedRefunds: bigint;
  readonly sequence: bigint;
  /** What its history ends with, and how many changes that has: `CANCELED after 3`. */
  readonly history: string | null;
}

export interface StoredOutboxRow {
  readonly id: bigint;
  readonly status: string;
}

export interface PublishedEvent {
  /** The outbox row it was published from, as the record's header says. */
  readonly outboxId: bigint | null;
  readonly event: PaymentEvent;
  /** From the event's time, taken inside the transaction, to the time at which the broker stored its record. */
  readonly latencyMs: number;
}

/** What three of the four witnesses say; the fourth is what the buyers were told. */
export interface Records {
  readonly ledger: readonly LedgerRow[];
  readonly payments: readonly StoredPayment[];
  readonly outbox: readonly StoredOutboxRow[];
  readonly events: readonly PublishedEvent[];
  /** Records on the payment topics that the contracts package could not read. */
  readonly unreadable: readonly string[];
}

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Reads the tables with the bare driver: the service's own code must not vouch for itself. */
export async function readDatabase(
  address: DatabaseAddress,
): Promise<{ payments: readonly StoredPayment[]; outbox: readonly StoredOutboxRow[] }> {
  const { host, port, user, password, database } = address;
  const connection = await createConnection({ host, port, user, password, database, bigIntAsNumber: false });
  try {
    const payments = await connection.query<StoredPayment[]>(
      `SELECT p.order_id AS orderId, p.payment_id AS paymentId, p.status, p.amount, p.payment_key AS paymentKey,
              p.pg_transaction_id AS pgTransactionId,
              (SELECT COUNT(*) FROM payment_attempt a
                WHERE a.payment_id = p.payment_id AND a.status IN ('IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT')
              ) AS unresolvedAttempts,
              p.canceled_amount AS canceledAmount, CAST(p.sequence AS INTEGER) AS sequence,
              (SELECT COUNT(*) FROM payment_refund r WHERE r.payment_id = p.payment_id AND r.due_at IS NOT NULL
              ) AS unresolvedRefunds,
              (SELECT CONCAT(SUBSTRING_INDEX(GROUP_CONCAT(to_status ORDER BY sequence DESC), ',', 1), ' after ', COUNT(*))
                 FROM payment_history h WHERE h.payment_id = p.payment_id) AS history
         FROM payment p`,
    );
    const outbox = await connection.query<StoredOutboxRow[]>('SELECT id, status FROM payment_outbox');
    return { payments: [...payments], outbox: [...outbox] };
  } finally {
    await connection.end();
  }
}

/** A broker that is killed just now takes its time; the reading begins again then. */
const READ_DEADLINE_MS = 30_000;

/** Reads the payment topics from their beginning to what is their end now. */
export async function readTopics(
  bootstrapServers: string,
): Promise<{ events: readonly PublishedEvent[]; unreadable: readonly string[] }> {
  const kafka = demoKafka(bootstrapServers);
  const remaining = await endOffsets(kafka);
  const events: PublishedEvent[] = [];
  const unreadable: string[] = [];
  if (remaining.size === 0) return { events, unreadable };

  const consumer = kafka.consumer({ groupId: `demo-${process.pid}-${Date.now()}`, allowAutoTopicCreation: false });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: paymentTopics, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      AbortSignal.timeout(READ_DEADLINE_MS).onabort = () => reject(new Error('the payment topics cannot be read'));
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const run = consumer.run({
        eachMessage: ({ topic, partition, message }) => {
          const parsed = parsePaymentEvent(message);
          if (parsed.kind === 'ok') {
            const id = message.headers?.['id']?.toString();
            events.push({
              outboxId: id === undefined ? null : BigInt(id),
              event: parsed.event,
              latencyMs: Number(message.timestamp) - Date.parse(parsed.event.time ?? ''),
            });
          } else {
            unreadable.push(`${topic}[${partition}]@${message.offset}`);
          }
          const end = remaining.get(`${topic}/${partition}`);
          if (end !== undefined && BigInt(message.offset) + 1n >= end) remaining.delete(`${topic}/${partition}`);
          if (remaining.size === 0) resolve();
          return Promise.resolve();
        },
      });
      run.catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return { events, unreadable };
}
