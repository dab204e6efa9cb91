import { join } from 'node:path';
import { Refusal } from '../command-line.mjs';
import { launch } from '../launch.mjs';
import { requireServersCanRun } from '../machine.mjs';
import { portsFor, START_PORTS } from '../ports.mjs';
import { prepare } from '../prepare.mjs';
import { localFolder, runningSystem } from '../running-system.mjs';

export const start = {
  name: 'npm start',
  summary: `Starts everything: MariaDB, Kafka, Kafka Connect, the Toss sandbox and the three workers, and prints how to place an
order and pay it. Ctrl-C stops all of it; its data is kept.`,
  options: {
    fresh: { help: 'forgets all earlier orders and payments' },
    ports: { value: 'auto', help: 'takes other ports where the usual ones are taken', read: auto },
    json: { help: 'prints addresses, ports and tokens as one line of JSON when ready', isNpmOption: true },
  },
  notes: [
    'Ports, unless the environment says otherwise',
    ...Object.values(START_PORTS).map(({ owner, variable, usual }) => `  ${usual}  ${owner.padEnd(14)}  ${variable}`),
    '',
    'Servers of your own are used when DB_HOST, SPRING_KAFKA_BOOTSTRAP_SERVERS or KAFKA_CONNECT_URL name them.',
  ],
  examples: [
    'npm start',
    'npm start -- --fresh',
    'npm start -- --ports auto',
    'SERVER_PORT=18087 npm start',
    'npm start --silent -- --json',
  ],
  run,
};

async function run({ fresh = false, ports, json = false }) {
  const folder = localFolder();
  const running = runningSystem(folder);
  if (running !== undefined) throw new Refusal(alreadyRunning(running, folder));
  const options = {
    dir: join(folder, 'start'),
    fresh,
    json,
    ...(await portsFor({ auto: ports === 'auto', env: process.env })),
  };
  requireServersCanRun();
  const env = await prepare();
  // Two that were typed at once have waited for each other until here.
  const first = runningSystem(folder);
  if (first !== undefined) throw new Refusal(alreadyRunning(first, folder));
  return launch('start', options, env);
}

function auto(text) {
  if (text === 'auto') return text;
  const variables = Object.values(START_PORTS).map(({ variable }) => variable);
  throw new Refusal(`--ports is auto, not '${text}'; single ports are set with ${variables.join(', ')}`, 2);
}

function alreadyRunning({ pid, apiUrl, sandboxUrl }, folder) {
  const where = apiUrl === undefined ? 'not ready yet' : `at ${apiUrl} (Toss sandbox at ${sandboxUrl})`;
  return [
    `npm start is running already, ${where}: process ${pid}, data in ${folder}`,
    'Place an order there with npm run order, or end it first with Ctrl-C in its terminal.',
    'A second one beside it wants a folder and ports of its own:',
    '  PAYMENT_LOCAL_DIR=/tmp/second npm start -- --ports auto',
  ].join('\n');
}
