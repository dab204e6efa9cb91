import { startStack } from '@koosco/local-stack';
import { type RunningStack, serverVariable } from './test-server';

export default async function startMariadb(): Promise<void> {
  const stack = await startStack({ parts: ['mariadb'] });
  (globalThis as RunningStack).stopMariadb = () => stack.stop();
  const { host, port, root } = stack.mariadb;
  if (root === undefined) throw new Error('the tests create databases, which needs root');
  process.env[serverVariable] = JSON.stringify({ host, port, ...root });
}
