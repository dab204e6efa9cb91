import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLogger } from '../logs/create-logger';
import { recordSpans } from '../testing/record-spans';
import { parseTraceParent } from './trace-parent';
import { beginSpan, continueTrace, inOrderTrace, inSpan, inStep, nowMs, recordStep } from './tracing';

const ORDER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const BROWSER = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01';
const traceIdOf = (traceParent: string | null) => parseTraceParent(traceParent)?.traceId;

let recorded: ReturnType<typeof recordSpans>;

const msOf = ([seconds, nanos]: readonly [number, number]) => seconds * 1e3 + nanos / 1e6;
const spans = () => recorded.spans();
const spanNamed = (name: string) => spans().find((span) => span.name === name)!;

/** As confirm-api does for a request: its span ends when it was answered. */
function inRequest<T>(traceParent: string | null, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    inSpan({ name: 'request', kind: 'SERVER' }, traceParent, (span) => {
      work()
        .finally(() => span?.end({ name: 'POST /confirm' }))
        .then(resolve, reject);
    });
  });
}

describe('work for an order', () => {
  beforeEach(() => {
    recorded = recordSpans();
  });
  afterEach(() => {
    recorded.stop();
  });

  it("is a span in the order's trace from its beginning, although that is known later, with what was done until then", async () => {
    const before = nowMs();
    const forEvent = await inOrderTrace({ name: 'approve' }, async () => {
      await inStep({ name: 'claim' }, () => nextTurn());
      const eventContext = continueTrace(ORDER);
      await inStep({ name: 'settle' }, () => nextTurn());
      return eventContext;
    });
    const approve = spanNamed('approve');
    expect(approve.spanContext().traceId).toBe(traceIdOf(ORDER));
    expect(approve.parentSpanContext?.spanId).toBe(parseTraceParent(ORDER)?.spanId);
    expect(parseTraceParent(forEvent)).toMatchObject({ spanId: approve.spanContext().spanId });
    expect(msOf(approve.startTime)).toBeGreaterThanOrEqual(before - 0.001);
    for (const name of ['claim', 'settle']) {
      const step = spanNamed(name);
      expect(step.parentSpanContext?.spanId).toBe(approve.spanContext().spanId);
      expect(msOf(step.startTime)).toBeGreaterThanOrEqual(msOf(approve.startTime));
      expect(msOf(step.endTime)).toBeLessThanOrEqual(msOf(approve.endTime));
    }
  });

  it('and the request that asked for it lead to each other', async () => {
    await inRequest(BROWSER, () => inOrderTrace({ name: 'approve' }, () => Promise.resolve(continueTrace(ORDER))));
    const [approve, request] = [spanNamed('approve'), spanNamed('POST /confirm')];
    expect(request.spanContext().traceId).toBe(traceIdOf(BROWSER));
    expect(request.links.map(({ context }) => context.spanId)).toEqual([approve.spanContext().spanId]);
    expect(approve.links.map(({ context }) => context.spanId)).toEqual([request.spanContext().spanId]);
  });

  it.each([
    ['is not found', null],
    ['has no trace', null],
    ['is in the trace of the request', BROWSER],
  ])('whose payment %s is a child of its request', async (_what, traceParent) => {
    await inRequest(BROWSER, () =>
      inOrderTrace({ name: 'approve' }, () => Promise.resolve(continueTrace(traceParent))),
    );
    const [approve, request] = [spanNamed('approve'), spanNamed('POST /confirm')];
    expect(approve.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect([...approve.links, ...request.links]).toEqual([]);
  });

  it('stays in the first trace that it is told', async () => {
    await inOrderTrace({ name: 'approve' }, () => Promise.resolve([continueTrace(ORDER), continueTrace(BROWSER)]));
    expect(spans()).toHaveLength(1);
    expect(spanNamed('approve').spanContext().traceId).toBe(traceIdOf(ORDER));
  });

  it('does not mix with that for another order at the same time', async () => {
    const approve = (order: string) =>
      inOrderTrace({ name: 'approve' }, async () => {
        await nextTurn();
        continueTrace(order);
        await nextTurn();
        recordStep({ name: traceIdOf(order)!, startMs: nowMs(), endMs: nowMs() });
      });
    await Promise.all([approve(ORDER), approve(BROWSER)]);
    for (const order of [ORDER, BROWSER])
      expect(spanNamed(traceIdOf(order)!).spanContext().traceId).toBe(traceIdOf(order));
  });

  it('that fails is marked so, with the class of the error and none of its words', async () => {
    const fails = inOrderTrace({ name: 'approve' }, () =>
      inStep({ name: 'claim' }, () => Promise.reject(new TypeError('tgen_20250626194853NtWm4'))),
    );
    await expect(fails).rejects.toThrow(TypeError);
    for (const { attributes, status } of spans()) {
      expect({ attributes, status }).toEqual({ attributes: { 'error.type': 'TypeError' }, status: { code: 2 } });
    }
    expect(spans()).toHaveLength(2);
  });

  it('is named in the log lines that are written in it', async () => {
    const lines: Record<string, unknown>[] = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const logger = createLogger({ service: 'confirm-api', level: 'info', destination: { write } });
    await inRequest(BROWSER, () =>
      inOrderTrace({ name: 'approve' }, () => {
        logger.info('looked for');
        continueTrace(ORDER);
        logger.info('found');
        return Promise.resolve();
      }),
    );
    logger.info('outside');
    expect(lines.map((line) => line['trace_id'])).toEqual([traceIdOf(BROWSER), traceIdOf(ORDER), undefined]);
    expect(lines[1]?.['span_id']).toBe(spanNamed('approve').spanContext().spanId);
  });

  it('of a trace that is not recorded is not, and what follows from it neither', async () => {
    const quiet = ORDER.replace(/01$/, '00');
    const forEvent = await inOrderTrace({ name: 'approve' }, () => Promise.resolve(continueTrace(quiet)));
    expect(spans()).toEqual([]);
    expect(forEvent).toMatch(new RegExp(`^00-${traceIdOf(ORDER)}-[0-9a-f]{16}-00$`));
  });
});

describe('where nothing is traced', () => {
  it('everything is done, and contexts are passed on as they came', async () => {
    expect(beginSpan({ name: 'create' }, ORDER).traceParent).toBe(ORDER);
    expect(continueTrace(ORDER)).toBe(ORDER);
    const inside = () =>
      inOrderTrace({ name: 'approve' }, () => inStep({ name: 'claim' }, () => Promise.resolve(continueTrace(ORDER))));
    expect(await inRequest(BROWSER, inside)).toBe(ORDER);
  });
});
