import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type WorkerName } from './payment-system';

const WORKERS: readonly WorkerName[] = ['order-consumer', 'confirm-api', 'outbox-relay'];

/** What `grep -h ORDER_ID` finds in the logs of the three workers: each worker's lines in their order. */
export function orderLines(logs: string, orderId: bigint): readonly string[] {
  return WORKERS.flatMap((worker) =>
    readFileSync(join(logs, `${worker}.log`), 'utf8')
      .split('\n')
      .filter((line) => line.includes(`"orderId":"${orderId}"`)),
  );
}

/**
 * The same lines as the next run would print them: without times, ids and places that are new each time. An id keeps one
 * name in all of them, so that one can see where it comes again.
 */
export function lastingLines(lines: readonly string[]): readonly string[] {
  const names = new Map<string, string>();
  const nameOf = (id: string) => {
    const name = names.get(id) ?? `uuid-${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  return lines.map((line) =>
    line
      .replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, nameOf)
      .replaceAll(/"time":"[^"]*"/g, '"time":"…"')
      .replaceAll(/"(partition|offset|outboxId|paymentKey)":(?:\d+|"[^"]*")/g, '"$1":"…"'),
  );
}
