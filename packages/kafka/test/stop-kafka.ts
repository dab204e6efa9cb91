import { type RunningStack } from './test-broker';

export default async function stopKafka(): Promise<void> {
  await (globalThis as RunningStack).stopKafka?.();
}
