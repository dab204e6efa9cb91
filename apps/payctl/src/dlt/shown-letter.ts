import { maskSecrets } from '@koosco/payment-telemetry/masks';
import { type DecidedLetter } from './dead-letter-box';
import { obstacleOf } from './dead-letter';

const SHOWN_BYTES_MAX = 4_096;

export interface ShownLetter {
  readonly place: string;
  readonly parkedAt: string;
  readonly reason: string;
  readonly orderId: string | null;
  readonly replayable: boolean;
  readonly text: string;
}

/** Everything about a dead letter, with what looks like a secret masked. */
export function shownLetter(letter: DecidedLetter): ShownLetter {
  const { place, parkedAt, at, reason, orderId, record, decision } = letter;
  const obstacle = obstacleOf(letter);
  const lines = [
    place,
    `  parked   ${at.toISOString()} at ${parkedAt}`,
    `  reason   ${reason}`,
    `  order    ${orderId ?? 'none that can be seen'}`,
    `  decided  ${decision === null ? 'nothing' : `${decision.action} by ${decision.operator}: ${decision.reason}`}`,
    `  replay   ${obstacle ?? 'possible'}`,
  ];
  if (record !== null) {
    lines.push(`  key      ${shown(record.key)}`);
    for (const { name, value } of record.headers.slice(0, 50)) lines.push(`  header   ${shown(name)}: ${shown(value)}`);
    lines.push(`  value    ${shown(record.value)}`);
  }
  return { place, parkedAt, reason, orderId, replayable: obstacle === null, text: lines.join('\n') };
}

function shown(bytes: Buffer | null): string {
  if (bytes === null) return 'none';
  const part = bytes.subarray(0, SHOWN_BYTES_MAX);
  const text = part.toString();
  const isText = Buffer.from(text).equals(part) && !/[^\P{Cc}\n\t\r]/u.test(text);
  const rest = bytes.length > part.length ? ` … (${bytes.length} bytes in all)` : '';
  return `${isText ? maskSecrets(text) : part.toString('hex')}${rest}`;
}
