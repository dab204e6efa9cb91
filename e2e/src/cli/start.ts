import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithParent } from '@koosco/local-stack';
import { userToken } from '../demo/user-token';
import { type PaymentSystem, startPaymentSystem } from '../system/payment-system';

const USAGE = 'Usage: npm start [-- --fresh]   (--fresh forgets all earlier orders and payments)';
/** The buyer of the example. */
const EXAMPLE_USER_ID = 1n;

async function main(): Promise<number> {
  const fresh = readFresh();
  if (fresh === null) {
    console.error(USAGE);
    return 2;
  }
  const ended = new Promise<number>((end) => {
    // `on`, not `once`: Ctrl-C reaches this process from the terminal and again from npm.
    process.on('SIGINT', () => end(0)).on('SIGTERM', () => end(0));
    endWithParent(() => end(1));
  });
  const startedAt = Date.now();
  const onProgress = (line: string) =>
    console.log(`[${((Date.now() - startedAt) / 1_000).toFixed(0).padStart(3)} s] ${line}`);
  const dir = join(process.env['PAYMENT_LOCAL_DIR'] ?? resolve('.local'), 'start');
  mkdirSync(dir, { recursive: true });

  const starting = startPaymentSystem({
    dir,
    fresh,
    env: process.env,
    ports: { api: 8087, consumerOps: 8088, relayOps: 8089, sandbox: 8090 },
    onProgress,
  });
  const first = await Promise.race([starting, ended]);
  if (typeof first === 'number') {
    onProgress('stopping');
    await starting.then(
      (system) => system.stop(),
      () => undefined,
    );
    return first;
  }
  writeFileSync(
    join(dir, 'system.json'),
    JSON.stringify({ bootstrapServers: first.infrastructure.kafka.bootstrapServers }),
  );
  console.log(summary(first, await userToken(EXAMPLE_USER_ID)));

  const code = await ended;
  onProgress('stopping');
  await first.stop();
  return code;
}

function readFresh(): boolean | null {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values.fresh;
  } catch {
    return null;
  }
}

function summary({ apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, logs }: PaymentSystem, token: string): string {
  return `
The payment service is running. Ctrl-C stops it and everything it started.

  API               ${apiUrl}
  API documentation ${apiUrl}/swagger-ui.html
  confirm-api       ${apiUrl}/actuator/health
  order-consumer    ${consumerOpsUrl}/actuator/health
  outbox-relay      ${relayOpsUrl}/actuator/health
  Toss sandbox      ${sandboxUrl}
  logs              ${logs}

Place an order and pay it, in another terminal (user ${EXAMPLE_USER_ID}'s token is good for a day):

  export TOKEN=${token}
  npm run --silent order -- --id 1001 --amount 15000 --user ${EXAMPLE_USER_ID}
  curl -s ${apiUrl}/api/payments/orders/1001/checkout -H "Authorization: Bearer $TOKEN"
  export PAYMENT_KEY=$(curl -s ${sandboxUrl}/__sim/authentications -H 'Content-Type: application/json' \\
    -d '{"clientKey":"test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm","orderId":"ord-0000000000000001001","orderName":"주문 1001","amount":15000}' \\
    | sed 's/.*"paymentKey":"\\([^"]*\\)".*/\\1/')
  curl -s ${apiUrl}/api/payments/confirm -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d "{\\"paymentKey\\":\\"$PAYMENT_KEY\\",\\"orderId\\":1001,\\"amount\\":15000}"
`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
