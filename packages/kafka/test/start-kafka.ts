import { startStack } from '@koosco/local-stack';
import { brokerVariable, type RunningStack } from './test-broker';

export default async function startKafka(): Promise<void> {
  const stack = await startStack({ parts: ['kafka'] });
  (globalThis as RunningStack).stopKafka = () => stack.stop();
  process.env[brokerVariable] = stack.kafka.bootstrapServers;
}
