import { resolve } from 'node:path';
import { launch } from '../launch.mjs';
import { requireServersCanRun } from '../machine.mjs';
import { prepare } from '../prepare.mjs';
import { wholeNumber } from '../whole-number.mjs';

export const demo = {
  name: 'npm run demo',
  summary: `Places orders through Kafka, with duplicates, second events and ids above 2^53, pays them as a browser does, some
declined, some with a wrong amount, gives money back for a third of them, and compares what Toss, the database, the
topics and the buyers know. It has servers of its own; kill any of its processes meanwhile. Ends with 0 when all agree.`,
  options: {
    orders: { value: 'N', help: 'from 1 to 100000; 200 unless given', read: wholeNumber({ min: 1n, max: 100_000n }) },
    kill: { help: 'kills a random process every few seconds while the buyers pay' },
    json: {
      value: 'FILE',
      isValueOptional: true,
      help: 'writes the report to the file, or prints it as JSON instead of the table',
      isNpmOption: true,
    },
  },
  examples: ['npm run demo', 'npm run demo -- --orders 1000 --kill', 'npm run --silent demo -- --json > report.json'],
  async run({ orders = '200', kill = false, json }) {
    requireServersCanRun();
    const file = typeof json === 'string' ? resolve(process.env.INIT_CWD ?? '.', json) : undefined;
    return launch('demo', { orders: Number(orders), kill, json: json === true, file }, await prepare());
  },
};
