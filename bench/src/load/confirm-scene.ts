import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startStack } from '@koosco/local-stack';
import { createDatabase } from '@koosco/payment-db';
import { freshDatabase, type FreshDatabase } from '@koosco/payment-db/testing';
import { SandboxControl } from '@koosco/toss-sandbox';
import { type Connection, createConnection } from 'mariadb';
import { startConfirmApi, tokenOf } from './confirm-api';
import { NodeProcess } from './node-process';
import { Orders } from './orders';

/** confirm-api with a database of its own and the sandbox, and orders for it. */
export interface ConfirmScene {
  readonly address: FreshDatabase;
  readonly sandbox: NodeProcess;
  readonly control: SandboxControl;
  readonly observer: Connection;
  readonly api: NodeProcess;
  readonly orders: Orders;
  /** Done when the work has ended, however it did; what was said last is done first. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
}

/** Everything is stopped when `work` has ended. @throws what `work` throws. */
export async function withConfirmScene(work: (scene: ConfirmScene) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'payment-bench-'));
  const closers: (() => Promise<unknown>)[] = [];
  const atEnd = (close: () => Promise<unknown>) => void closers.push(close);
  try {
    const stack = await startStack({ parts: ['mariadb'] });
    atEnd(() => stack.stop());
    const { host, port, root } = stack.mariadb;
    if (root === undefined) throw new Error('the benchmark wants a server of its own');
    const address = await freshDatabase({ host, port, ...root });
    const sandboxMain = join(dirname(require.resolve('@koosco/toss-sandbox')), 'main.js');
    const sandbox = await NodeProcess.start([sandboxMain, '--port', '0', '--data', folder]);
    atEnd(() => sandbox.stop());
    const database = createDatabase({ ...address, connectionLimit: 2 });
    atEnd(() => database.close());
    const observer = await createConnection(address);
    atEnd(() => observer.end());
    const api = await startConfirmApi(address, sandbox);
    atEnd(() => api.stop());
    const control = new SandboxControl(`http://127.0.0.1:${sandbox.port}`);
    const orders = new Orders(database, sandbox.port, tokenOf);
    await work({ address, sandbox, control, observer, api, orders, atEnd });
  } finally {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}
