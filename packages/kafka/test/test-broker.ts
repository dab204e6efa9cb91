/** How jest's set-up tells the test files, which run in other processes, where the broker is. */
export const brokerVariable = 'PAYMENT_KAFKA_TEST_BROKER';

/** What jest's set-up leaves for its tear-down, in one process. */
export type RunningStack = typeof globalThis & { stopKafka?: () => Promise<void> };

export function testBootstrapServers(): string {
  const servers = process.env[brokerVariable];
  if (servers === undefined) throw new Error(`${brokerVariable} is not set: run the tests through jest`);
  return servers;
}
