import { AsyncLocalStorage } from 'node:async_hooks';

const correlationIds = new AsyncLocalStorage<string>();

/** Runs `work`; every line logged inside it, at any depth and after any await, carries this correlationId. */
export function withCorrelationId<T>(correlationId: string, work: () => T): T {
  return correlationIds.run(correlationId, work);
}

/** The id of the innermost `withCorrelationId` around the caller. */
export function currentCorrelationId(): string | undefined {
  return correlationIds.getStore();
}
