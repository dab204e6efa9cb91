import { bulkhead, BulkheadRejectedError } from 'cockatiel';

import { Breaker } from './breaker';
import { type HttpReading } from './exchange';
import { type unsentByUs } from '../answers/toss-answer';

export type UnsentCause = (typeof unsentByUs)[number];

/**
 * Keeps a dead or slow Toss from taking the process with it: a bounded number of calls under way, a bounded number
 * waiting, and after a row of failures only single trials until one comes back well. A call it holds back was not
 * sent, which is an honest answer about money. Only calls without an answer and 5xx count as failures; a decline is
 * Toss at work.
 */
export class CallLimits {
  readonly #breaker;
  readonly #slots;

  constructor(limits: {
    concurrentCallsMax: number;
    waitingCallsMax: number;
    breakerFailures: number;
    breakerPauseMs: number;
  }) {
    this.#slots = bulkhead(limits.concurrentCallsMax, limits.waitingCallsMax);
    this.#breaker = new Breaker({ failures: limits.breakerFailures, pauseMs: limits.breakerPauseMs });
  }

  /** `call` is told how much of `deadlineMs` waiting for a slot has left, and must not throw. */
  async run(call: (leftMs: number) => Promise<HttpReading>, deadlineMs: number): Promise<HttpReading> {
    const mustWait = this.#slots.executionSlots === 0;
    // Calls that hang in every slot may be why it is open: nobody waits for those to end.
    if (mustWait && this.#breaker.isOpen) return unsent('breaker-open');
    return mustWait ? this.#runWhenFree(call, deadlineMs) : this.#runNow(() => call(deadlineMs));
  }

  async #runNow(call: () => Promise<HttpReading>, isTooLate = () => false): Promise<HttpReading> {
    try {
      // Who waited too long says nothing about Toss, so the breaker does not hear of it.
      return await this.#slots.execute(async () =>
        isTooLate() ? unsent('no-slot-in-time') : await this.#callUnlessOpen(call),
      );
    } catch (error) {
      if (error instanceof BulkheadRejectedError) return unsent('too-many-calls');
      throw error;
    }
  }

  async #callUnlessOpen(call: () => Promise<HttpReading>): Promise<HttpReading> {
    if (!this.#breaker.mayCall()) return unsent('breaker-open');
    const reading = await call();
    this.#breaker.heard(isFailure(reading) ? 'failed' : 'well');
    return reading;
  }

  async #runWhenFree(call: (leftMs: number) => Promise<HttpReading>, deadlineMs: number): Promise<HttpReading> {
    const startedAt = performance.now();
    const waiting = { begun: false, over: false };
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<HttpReading>((resolve) => {
      timer = setTimeout(() => {
        if (waiting.begun) return;
        waiting.over = true;
        resolve(unsent('no-slot-in-time'));
      }, deadlineMs);
    });
    const run = this.#runNow(
      () => {
        waiting.begun = true;
        return call(Math.max(1, deadlineMs - (performance.now() - startedAt)));
      },
      () => waiting.over,
    );
    try {
      return await Promise.race([run, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function isFailure(reading: HttpReading): boolean {
  return reading.kind === 'no-answer' || reading.httpStatus >= 500;
}

function unsent(cause: UnsentCause): HttpReading {
  return { kind: 'no-answer', phase: 'not-sent', cause, httpStatus: null, traceId: null };
}
