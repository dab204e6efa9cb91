import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Part } from '../stack';

// Below the range from which systems take ports for outgoing connections: a port of ours that is free while its owner
// restarts is not taken by chance.
const PORT_MIN = 10_000;
const PORT_MAX = 32_000;
const ATTEMPTS_MAX = 200;

/** The ports of a stack; `controller` is the broker's second one, which only itself uses. */
export type Ports = Record<Part | 'controller', number>;

/** The fixed ports, and free ones for the rest: the same as last time in this folder while they are free. */
export async function choosePorts(dir: string, fixed: Partial<Record<Part, number>>): Promise<Ports> {
  // Connectors and bookmarks name ports.
  const file = join(dir, 'ports.json');
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Ports>) : {};
  const taken = new Set(Object.values(fixed));
  const choose = async (name: keyof Ports): Promise<number> => {
    const wanted = name === 'controller' ? undefined : fixed[name];
    const port = wanted ?? (await freePort(taken, earlier[name]));
    taken.add(port);
    return port;
  };
  const ports: Ports = {
    mariadb: await choose('mariadb'),
    kafka: await choose('kafka'),
    controller: await choose('controller'),
    connect: await choose('connect'),
  };
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

/** A port of 127.0.0.1 on which nobody listens at this moment, none of `taken`; the preferred one if it is such a port. */
export async function freePort(taken: ReadonlySet<number> = new Set(), preferred?: number): Promise<number> {
  if (preferred !== undefined && !taken.has(preferred) && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port found between ${PORT_MIN} and ${PORT_MAX} in ${ATTEMPTS_MAX} attempts`);
}

/** @throws Error that names the port and what wants it when somebody listens there. */
export async function requireFreePort(port: number, wantedBy: string): Promise<void> {
  if (!(await isFree(port))) {
    throw new Error(
      `Port ${port} of 127.0.0.1, wanted by ${wantedBy}, is taken: end what listens there or choose another`,
    );
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
