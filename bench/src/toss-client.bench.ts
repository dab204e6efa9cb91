import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { createInterface } from 'node:readline';
import { TossClient, tossClientConfig } from '@koosco/toss-client/client';
import axios from 'axios';

/**
 * What the client costs on top of the HTTP library it is built on: the same look-ups of the same payment, one after the
 * other, with bare axios and with the client in turns, against a sandbox in a process of its own. Exits with 1 when the
 * difference is above the target, or when a single answer was wrong.
 */
const TARGET_MS = 0.2;
const ROUNDS = 30;
const CALLS_PER_ROUND = 100;
const WARM_UP_CALLS = 500;

const clientKey = 'test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm';
const secretKey = 'test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6';
const orderId = 'ord-0000000000000000001';
const amount = 10_000;

async function main(): Promise<void> {
  const { process: sandbox, url } = await startSandbox();
  const httpAgent = new Agent({ keepAlive: true });
  const client = new TossClient(tossClientConfig({ environment: 'development', secretKey, baseUrl: url }));
  try {
    const { paymentKey } = await authenticate(url);
    const confirmed = await client.confirm({ paymentKey, orderId, amount }, 'bench');
    if (confirmed.kind !== 'ok') throw new Error(`the payment could not be confirmed: ${confirmed.kind}`);

    const bare = axios.create({ baseURL: url, httpAgent, proxy: false, auth: { username: secretKey, password: '' } });
    const byAxios = async (): Promise<boolean> => {
      const { data } = await bare.get<{ status: string; totalAmount: number }>(`/v1/payments/${paymentKey}`);
      return data.status === 'DONE' && data.totalAmount === amount;
    };
    const byClient = async (): Promise<boolean> => {
      const answer = await client.getByPaymentKey(paymentKey);
      return answer.kind === 'ok' && answer.value.status === 'DONE' && answer.value.totalAmount === amount;
    };
    await msPerCall(byAxios, WARM_UP_CALLS);
    await msPerCall(byClient, WARM_UP_CALLS);

    const rounds: { axiosMs: number; clientMs: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // Taking turns at going first, so that neither always follows the other's garbage.
      const [first, second] = round % 2 === 0 ? [byAxios, byClient] : [byClient, byAxios];
      const [firstMs, secondMs] = [await msPerCall(first, CALLS_PER_ROUND), await msPerCall(second, CALLS_PER_ROUND)];
      const [axiosMs, clientMs] = round % 2 === 0 ? [firstMs, secondMs] : [secondMs, firstMs];
      rounds.push({ axiosMs, clientMs });
    }
    report(rounds);
  } finally {
    client.close();
    httpAgent.destroy();
    sandbox.kill();
    await once(sandbox, 'exit');
  }
}

async function startSandbox(): Promise<{ process: ChildProcess; url: string }> {
  const entry = require.resolve('@koosco/toss-sandbox');
  const program = `require(${JSON.stringify(entry)}).startTossSandbox().then(({ url }) => console.log(url))`;
  const sandbox = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(sandbox.stdout)) return { process: sandbox, url: line };
  throw new Error('the sandbox did not start');
}

async function authenticate(url: string): Promise<{ paymentKey: string }> {
  const window = { clientKey, orderId, orderName: 'bench', amount };
  const { data } = await axios.post<{ paymentKey: string }>(`${url}/__sim/authentications`, window, { proxy: false });
  return data;
}

async function msPerCall(call: () => Promise<boolean>, calls: number): Promise<number> {
  const startedAt = performance.now();
  for (let i = 0; i < calls; i += 1) {
    if (!(await call())) throw new Error('a wrong answer');
  }
  return (performance.now() - startedAt) / calls;
}

function report(rounds: readonly { axiosMs: number; clientMs: number }[]): void {
  const axiosMs = median(rounds.map((round) => round.axiosMs));
  const ownMs = median(rounds.map((round) => round.clientMs - round.axiosMs));
  const calls = 2 * ROUNDS * CALLS_PER_ROUND;
  console.log(`bare axios ${axiosMs.toFixed(3)} ms a call; the client's own cost ${ownMs.toFixed(3)} ms`);
  console.log(`${calls} calls, all answered rightly; target: below ${TARGET_MS} ms`);
  if (ownMs >= TARGET_MS) {
    console.error('the target was missed');
    process.exitCode = 1;
  }
}

/** The middle of the rounds: whatever else the machine does in one of them does not count. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
