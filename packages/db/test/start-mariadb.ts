import { startStack } from '@koosco/local-stack';
import { serverVariable, type RunningStack } from './test-server';

export default async function startMariadb(): Promise<void> {
  const stack = await startStack({ parts: ['mariadb'] });
  (globalThis as RunningStack).stopMariadb = () => stack.stop();
  const { host, port, root } = stack.mariadb;
  if (root === undefined) throw new Error('the tests create databases and change global variables, which needs root');
  process.env[serverVariable] = JSON.stringify({ host, port, ...root });
}
