import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type PaymentSystem } from '../src/system/payment-system';

const PAYCTL = join(__dirname, '..', '..', 'apps', 'payctl', 'dist', 'main.js');

export interface PayctlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs payctl beside a system, as an operator would. */
export async function payctl(system: PaymentSystem, args: readonly string[], env: object = {}): Promise<PayctlResult> {
  const child = spawn(process.execPath, [PAYCTL, ...args], {
    env: {
      NODE_ENV: 'development',
      ...system.infrastructure.env,
      TOSS_BASE_URL: system.sandboxUrl,
      PAYCTL_WORKERS: [system.apiUrl, system.consumerOpsUrl, system.relayOpsUrl].join(','),
      ...env,
    },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

/** What it printed, without what differs from run to run: each uuid under a name of its own. */
export function lasting(output: string): string {
  const names = new Map<string, string>();
  return (
    output
      .trimEnd()
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (uuid) => {
        const name = names.get(uuid) ?? `uuid-${names.size + 1}`;
        names.set(uuid, name);
        return name;
      })
      .replaceAll(/^\d{4}-\d\d-\d\dT\S+Z\s+/gm, '… ')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
      .replaceAll(/tgen_…\w+/g, 'tgen_…')
      // Whichever finds a refund first carries it out.
      .replaceAll(/given back in all by (confirm-api|outbox-relay)/g, 'given back in all by whoever carried it out')
      .replaceAll(/outbox \d+/g, 'outbox …')
      .replaceAll(/\[\d+\]@\d+/g, '[…]@…')
  );
}
