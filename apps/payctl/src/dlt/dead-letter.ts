import { parseOrderEvent } from '@koosco/payment-contracts';
import { type EnclosedRecord, type KafkaRecord, openEnvelope } from '@koosco/payment-kafka';

/** A record that nobody could process, as its dead letter keeps it. */
export interface DeadLetter {
  /** Where it was: `koosco.commerce.order.placed[2]@17`. The same however often it was parked. */
  readonly place: string;
  /** Where its letter is, the newest of them. */
  readonly parkedAt: string;
  readonly at: Date;
  readonly reason: string;
  readonly orderId: string | null;
  /** Null where the letter itself cannot be read. */
  readonly record: EnclosedRecord | null;
}

export function readDeadLetter(topic: string, partition: number, letter: KafkaRecord): DeadLetter {
  const header = (name: string) => letter.headers?.[name]?.toString() ?? null;
  const record = recordIn(letter);
  const origin = `${header('dlt-original-topic') ?? '?'}[${header('dlt-original-partition') ?? '?'}]`;
  return {
    place: `${origin}@${header('dlt-original-offset') ?? '?'}`,
    parkedAt: `${topic}[${partition}]@${letter.offset}`,
    at: new Date(Number(letter.timestamp)),
    reason: header('dlt-reason') ?? 'it says no reason',
    orderId: record === null ? null : orderIdIn(record),
    record,
  };
}

/** Why it cannot be replayed: it would only be parked again, or would not be what it was. Null where it can be. */
export function obstacleOf({ record, reason }: DeadLetter): string | null {
  if (record === null) return 'its letter is none that this version has written';
  const cut = Object.keys(record.cut);
  if (cut.length > 0) return `its ${cut.join(' and ')} did not fit into the letter: only its own topic has that`;
  if (record.headers.some(({ name }) => !isText(name))) return 'a header of it has a name that is no text';
  const parsed = parseOrderEvent({ value: record.value, headers: headersOf(record) });
  if (parsed.kind === 'invalid') {
    return `it is still unreadable: ${parsed.reasons.map((one) => `${one.field} ${one.reason}`).join('; ')}`;
  }
  if (parsed.kind === 'unknown-type') return `its type ${parsed.type.slice(0, 60)} is none that is known`;
  return reason.startsWith('value is larger') ? 'it is still too large' : null;
}

/** As a producer takes them; of a name that comes again, all. */
export function headersOf({ headers }: EnclosedRecord): Record<string, Buffer | Buffer[]> {
  const byName: Record<string, Buffer | Buffer[]> = {};
  for (const { name, value } of headers) {
    const [text, bytes] = [name.toString(), value ?? Buffer.alloc(0)];
    const known = Object.hasOwn(byName, text) ? byName[text] : undefined;
    byName[text] = known === undefined ? bytes : [known].flat().concat(bytes);
  }
  return byName;
}

function recordIn({ value }: KafkaRecord): EnclosedRecord | null {
  try {
    return value === null ? null : openEnvelope(value);
  } catch {
    return null;
  }
}

/** Also of a record that keeps no contract: what it seems to be about. */
function orderIdIn({ value }: EnclosedRecord): string | null {
  const head = value?.subarray(0, 65_536).toString() ?? '';
  return /"orderId"\s*:\s*"?(\d{1,19})"?/.exec(head)?.[1] ?? null;
}

function isText(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString()).equals(bytes);
}
