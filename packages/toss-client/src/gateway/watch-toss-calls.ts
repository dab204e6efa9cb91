import { type TossCallObserver, type TossOperation } from '../client/toss-call-observer';
import { type TossCallStep, tossCallStep } from './toss-call-step';

/** The part of a worker's metrics that {@link watchTossCalls} needs; prom-client's types fit. */
interface MetricFactory {
  histogram(definition: {
    name: string;
    help: string;
    labelNames: readonly ('operation' | 'outcome')[];
    buckets: number[];
  }): { observe(labels: { operation: string; outcome: string }, value: number): void };
  counter(definition: { name: string; help: string; labelNames: readonly ('operation' | 'code')[] }): {
    inc(labels: { operation: string; code: string }, value?: number): void;
  };
}

/**
 * Tells a worker's metrics how long Toss took and what came back when it did not go well, and its trace of each call.
 * @param record hears of a call when it is over; nobody may be listening.
 */
export function watchTossCalls(metrics: MetricFactory, record: (step: TossCallStep) => void): TossCallObserver {
  const durations = metrics.histogram({
    name: 'toss_call_seconds',
    help: 'Duration of calls to Toss, by operation and how they ended',
    labelNames: ['operation', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  });
  const errors = metrics.counter({
    name: 'toss_errors_total',
    help: 'Calls to Toss that did not end well, by operation and code',
    labelNames: ['operation', 'code'],
  });
  // Shown before the first comes, so that its coming is seen as an increase: the key was wrong from then on.
  for (const operation of OPERATIONS) errors.inc({ operation, code: 'UNAUTHORIZED_KEY' }, 0);
  return (call) => {
    const { operation, outcomeKind, code, durationMs } = call;
    durations.observe({ operation, outcome: outcomeKind }, durationMs / 1_000);
    if (code !== null) errors.inc({ operation, code });
    record(tossCallStep(call, performance.timeOrigin + performance.now()));
  };
}

const OPERATIONS: readonly TossOperation[] = [
  'confirm',
  'cancel',
  'get-by-payment-key',
  'get-by-order-id',
  'transactions',
];
