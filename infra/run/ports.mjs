import { createServer } from 'node:net';
import { join } from 'node:path';
import { Refusal } from './command-line.mjs';
import { portOwner } from './port-owner.mjs';
import { runningSystem } from './running-system.mjs';

// Enough of a command line to know a program by.
const SHOWN_CHARACTERS = 100;
const WORKER = /^(.*)\/apps\/(?:confirm-api|order-consumer|outbox-relay)\/dist\/main[.]js$/;

/** The ports that `npm start` has for itself; those of the servers are chosen free anyway. */
export const START_PORTS = {
  api: { owner: 'confirm-api', variable: 'SERVER_PORT', usual: 8087 },
  consumerOps: { owner: 'order-consumer', variable: 'ORDER_CONSUMER_OPS_PORT', usual: 8088 },
  relayOps: { owner: 'outbox-relay', variable: 'OUTBOX_RELAY_OPS_PORT', usual: 8089 },
  sandbox: { owner: 'Toss sandbox', variable: 'TOSS_SANDBOX_PORT', usual: 8090 },
  shop: { owner: 'demo shop', variable: 'DEMO_SHOP_PORT', usual: 8086 },
};

/**
 * `ports` are those that the start must have: what the environment says, and where it says nothing the usual ones. With
 * `auto` the usual ones are only preferred: `preferredPorts`.
 * @throws Refusal that names each port that is taken, its owner and the ways out.
 */
export async function portsFor({ auto, env }) {
  const ports = {};
  const preferredPorts = {};
  const taken = [];
  for (const [name, { owner, variable, usual }] of Object.entries(START_PORTS)) {
    const given = portIn(env, variable);
    if (given === undefined && auto) {
      preferredPorts[name] = usual;
      continue;
    }
    ports[name] = given ?? usual;
    const twin = Object.keys(ports).find((other) => other !== name && ports[other] === ports[name]);
    if (twin !== undefined) {
      throw new Refusal(`${variable} and ${START_PORTS[twin].variable} are both ${ports[name]}; each wants its own`, 2);
    }
    if (await isTaken(ports[name])) taken.push({ port: ports[name], owner, variable });
  }
  if (taken.length > 0) throw new Refusal(explained(taken));
  return { ports, preferredPorts };
}

function portIn(env, variable) {
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Refusal(`${variable} is '${text}', and a port is a number from 1 to 65535`, 2);
  }
  return port;
}

/** On every address, as confirm-api listens, and on 127.0.0.1 alone, as the sandbox does: one may be free without the other. */
async function isTaken(port) {
  return (await cannotListen({ port })) || (await cannotListen({ port, host: '127.0.0.1' }));
}

function cannotListen(address) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen({ ...address, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

function explained(taken) {
  const rows = taken.map((entry) => ({ ...entry, by: portOwner(entry.port) }));
  const width = Math.max(...rows.map(({ owner }) => owner.length));
  const lines = rows.map(
    ({ port, owner, by }) => `  ${port}  for ${owner.padEnd(width)}  is taken by ${described(by)}`,
  );
  const others = rows.map(
    ({ port, variable }) => `${variable}=${port + 10_000 > 65_535 ? port - 10_000 : port + 10_000}`,
  );
  const elsewhere = startIn(rows);
  return [
    rows.length === 1 ? 'A port that npm start wants is taken:' : 'Ports that npm start wants are taken:',
    ...lines,
    ...(elsewhere === undefined ? [] : ['', `That is an npm start in ${elsewhere}`]),
    '',
    'End what listens there, or take others:',
    '  npm start -- --ports auto',
    `  ${others.join(' ')} npm start`,
  ].join('\n');
}

function described(owner) {
  if (owner === undefined) return 'a process that cannot be looked into from here (another user, or no /proc)';
  const line = owner.words.join(' ');
  const command = line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
  return `process ${owner.pid}: ${command}`;
}

/** The checkout whose npm start owns one of these ports, and its address if it keeps its data in the usual place. */
function startIn(rows) {
  const words = rows.flatMap(({ by }) => by?.words ?? []);
  const root = words.map((word) => WORKER.exec(word)?.[1]).find((match) => match !== undefined);
  if (root === undefined) return undefined;
  const apiUrl = runningSystem(join(root, '.local'))?.apiUrl;
  return apiUrl === undefined ? root : `${root}, at ${apiUrl}`;
}
