import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { placeOrders } from '../demo/order-service';

const USAGE = 'Usage: npm run order -- --id ORDER_ID --amount KRW [--user USER_ID]   (while npm start runs)';

/** Places one order at the system that `npm start` runs, as order-service would. */
async function main(): Promise<void> {
  const order = readOrder();
  const { bootstrapServers } = readSystem();
  await placeOrders(bootstrapServers, [order], AbortSignal.timeout(15_000));
  console.log(`order ${order.orderId} over ${order.amount} KRW is placed for user ${order.userId}`);
}

function readOrder() {
  try {
    const { values } = parseArgs({
      options: { id: { type: 'string' }, amount: { type: 'string' }, user: { type: 'string', default: '1' } },
    });
    return {
      orderId: wholeNumber(values.id, 1n),
      amount: wholeNumber(values.amount, 0n),
      userId: wholeNumber(values.user, 1n),
      story: 'pays' as const,
      sendsEventTwice: false,
      hasSecondEvent: false,
      confirmsTwice: false,
    };
  } catch {
    throw new Error(USAGE);
  }
}

/** What a signed 64-bit column holds. */
const NUMBER_MAX = 2n ** 63n - 1n;

function wholeNumber(text: string | undefined, min: bigint): bigint {
  if (text === undefined || !/^[0-9]+$/.test(text)) throw new Error(USAGE);
  const number = BigInt(text);
  if (number < min || number > NUMBER_MAX) throw new Error(USAGE);
  return number;
}

function readSystem(): { bootstrapServers: string } {
  const file = join(process.env['PAYMENT_LOCAL_DIR'] ?? resolve('.local'), 'start', 'system.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { bootstrapServers: string };
  } catch (error) {
    throw new Error(`No running system is known in ${file}: begin with npm start`, { cause: error });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
