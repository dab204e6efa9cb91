import { mkdirSync } from 'node:fs';
import { userToken } from '../demo/user-token';
import { type PaymentSystem, type Ports, startPaymentSystem } from '../system/payment-system';
import { startShop } from '../system/start-shop';
import { interruption } from './interruption';
import { recipe } from './recipe';
import { runCli } from './run-cli';
import { SystemFile } from './system-file';
import { Narrator, styledFor, type Styled } from './terminal';

interface StartOptions {
  /** Data and logs; kept. */
  readonly dir: string;
  readonly fresh: boolean;
  readonly json: boolean;
  readonly ports: Partial<Ports>;
  readonly preferredPorts: Partial<Ports>;
}

/** The buyer of the example. */
const EXAMPLE_USER_ID = 1n;

async function main({ dir, fresh, json, ports, preferredPorts }: StartOptions): Promise<number> {
  const signal = interruption();
  const narrator = new Narrator(json ? process.stderr : process.stdout);
  mkdirSync(dir, { recursive: true });
  // From now on others find this start, also while it is on its way.
  const file = SystemFile.create(dir);
  try {
    const onProgress = narrator.tell;
    const system = await startPaymentSystem({
      ...{ dir, fresh, ports, preferredPorts, onProgress, signal },
      env: process.env,
    });
    const shop = await startShop(system).catch(async (error: unknown) => {
      await system.stop();
      throw error;
    });
    file.write(system);
    const tokens = { user: await userToken(EXAMPLE_USER_ID), admin: await userToken(EXAMPLE_USER_ID, ['ADMIN']) };
    const styled = styledFor(process.stdout);
    console.log(
      json ? JSON.stringify(described(system, shop.url, tokens)) : summary(system, shop.url, tokens.user, styled),
    );
    await told(signal);
    narrator.tell('stopping');
    await shop.close();
    await system.stop();
    // Ending it is what it waited for.
    return 0;
  } catch (error) {
    if (signal.aborted) narrator.tell('stopped before everything was up');
    throw signal.aborted ? signal.reason : error;
  } finally {
    file.remove();
  }
}

function told(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

function described(system: PaymentSystem, shopUrl: string, tokens: { user: string; admin: string }) {
  const { apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, logs, infrastructure, processes } = system;
  const { mariadb, kafka, connect } = infrastructure;
  return {
    pid: process.pid,
    ...{ shopUrl, apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, logs },
    mariadb: { host: mariadb.host, port: mariadb.port, database: mariadb.database },
    kafka: { bootstrapServers: kafka.bootstrapServers },
    connect: { url: connect.url },
    processes: processes.map(({ name, pid }) => ({ name, pid })),
    /** Of user 1, for a day. */
    tokens,
  };
}

function summary(system: PaymentSystem, shopUrl: string, token: string, styled: Styled): string {
  const { apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, logs } = system;
  return `
${styled('green', 'The payment service is running.')} Ctrl-C stops it and everything it started.

  ${styled('bold', 'Open this:')}        ${styled('cyan', shopUrl)}   a shop to buy in, and what happens behind it

  confirm-api       ${styled('cyan', apiUrl)}   API for people: ${styled('cyan', `${apiUrl}/swagger-ui.html`)}
  order-consumer    ${consumerOpsUrl}/actuator/health
  outbox-relay      ${relayOpsUrl}/actuator/health
  Toss sandbox      ${sandboxUrl}/__sim/openapi.json
  logs              ${logs}

${styled('bold', 'Place an order and pay it')}, in another terminal:

  npm run order -- --id 1000 --amount 15000 --pay

or step by step, in any folder (user ${EXAMPLE_USER_ID}'s token is good for a day; others come from npm run token):

${indented(recipe({ apiUrl, sandboxUrl, token, orderId: 1001n, amount: 15_000n, userId: EXAMPLE_USER_ID }))}

Everything about that order, from all three workers: grep -h '"1001"' ${logs}/*.log
`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

runCli(main);
