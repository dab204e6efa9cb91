import { dirname } from 'node:path';
import { freePort, startArguments } from '@koosco/local-stack';
import { type FreshDatabase } from '@koosco/payment-db/testing';
import { type SandboxControl } from '@koosco/toss-sandbox';
import { SignJWT } from 'jose';
import { type Connection } from 'mariadb';
import { NodeProcess } from './node-process';

/** As long as a key of HS512 has to be; the worker is told it. */
const SECRET = 'b'.repeat(64);

/** confirm-api as a process of its own, ready. */
export async function startConfirmApi(
  address: FreshDatabase,
  sandbox: NodeProcess,
  own: Readonly<Record<string, string>> = {},
): Promise<NodeProcess> {
  const args = startArguments(dirname(require.resolve('@koosco/confirm-api/package.json')));
  const port = await freePort();
  return NodeProcess.startUntil(args, {
    port,
    path: '/actuator/health/readiness',
    env: {
      NODE_ENV: 'development',
      SERVER_PORT: String(port),
      JWT_SECRET: SECRET,
      ...serversOf(address, sandbox),
      ...own,
    },
  });
}

/** Where database and Toss are, as workers and payctl are told it. */
export function serversOf(address: FreshDatabase, sandbox: NodeProcess): Readonly<Record<string, string>> {
  return {
    DB_HOST: address.host,
    DB_PORT: String(address.port),
    DB_NAME: address.database,
    DB_USERNAME: address.user,
    DB_PASSWORD: address.password,
    TOSS_BASE_URL: `http://127.0.0.1:${sandbox.port}`,
  };
}

/** A buyer, as confirm-api knows him. */
export function tokenOf(user: number): Promise<string> {
  return new SignJWT({ roles: ['USER'] })
    .setProtectedHeader({ alg: 'HS512' })
    .setSubject(String(user))
    .setIssuedAt()
    .setExpirationTime('1 day')
    .sign(new TextEncoder().encode(SECRET));
}

/** @throws unless database and Toss's books have one approval of every order, and nothing besides. */
export async function mustBeConfirmedOnce(
  observer: Connection,
  placed: readonly string[],
  control: SandboxControl,
): Promise<void> {
  // Those with an attempt: the orders of the Express round were never placed, and the million were never confirmed.
  const [row] = await observer.query<Record<string, bigint>[]>(`
    SELECT COUNT(*) AS attempts, SUM(p.status = 'APPROVED' AND a.status = 'SUCCEEDED') AS approved,
      (SELECT COUNT(*) FROM payment_transaction WHERE payment_id IN (SELECT payment_id FROM payment_attempt)) AS stored,
      (SELECT COUNT(DISTINCT aggregate_id) FROM payment_outbox WHERE event_type = 'payment.completed') AS promised,
      (SELECT COUNT(*) FROM payment_outbox WHERE event_type = 'payment.completed') AS events
    FROM payment_attempt a JOIN payment p ON p.payment_id = a.payment_id`);
  const charges = await control.ledger();
  const counts = {
    attempts: Number(row?.['attempts']),
    approved: Number(row?.['approved']),
    stored: Number(row?.['stored']),
    promised: Number(row?.['promised']),
    events: Number(row?.['events']),
    charges: charges.length,
    chargedOrders: new Set(charges.map(({ orderId }) => orderId)).size,
  };
  const wrong = Object.entries(counts).filter(([, count]) => count !== placed.length);
  if (wrong.length > 0) {
    throw new Error(`of ${placed.length} confirms: ${wrong.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  }
}
