import { type RunningStack } from './test-server';

export default async function stopMariadb(): Promise<void> {
  await (globalThis as RunningStack).stopMariadb?.();
}
