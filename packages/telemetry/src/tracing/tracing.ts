import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { formatTraceParent, parseTraceParent } from './trace-parent';

/** What is known of a span when it begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind?: keyof typeof SpanKind;
  /** No secrets, no payment keys, no amounts. */
  readonly attributes?: Attributes;
}

/** Something that is over, as a child of the work around it. */
export interface Step extends SpanStart {
  readonly startMs: number;
  readonly endMs: number;
  /** The class of what went wrong; null when nothing did. */
  readonly error?: string | null;
}

/** A span that its maker ends; see {@link beginSpan}. */
export interface OpenSpan {
  /** For what follows from it; what was given where nothing is traced. */
  readonly traceParent: string | null;
  end(how: { readonly name?: string; readonly attributes?: Attributes; readonly error?: unknown }): void;
}

/**
 * The work that a worker does for one order. Which trace it belongs to is known once its payment was read: until then its span waits
 * to be made, and what has happened in it waits too.
 */
interface Work {
  readonly start: SpanStart;
  readonly startMs: number;
  /** The work around it: a request, as a rule. */
  readonly around: Span | undefined;
  span: Span | undefined;
  readonly waiting: Step[];
}

let tracer: Tracer | undefined;
const works = new AsyncLocalStorage<Work>();

/** From now on spans are made, by this one; without one none are, and everything below passes on what it is given. */
export function traceWith(given: Tracer | undefined): void {
  tracer = given;
}

export function isTracing(): boolean {
  return tracer !== undefined;
}

/** Milliseconds since 1970, with their fractions. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A span of one thing among many that are done together, such as an order in a batch. */
export function beginSpan(start: SpanStart, traceParent: string | null): OpenSpan {
  if (tracer === undefined) return { traceParent, end: () => undefined };
  return openSpan(makeSpan(tracer, start, nowMs(), contextOf(traceParent)));
}

/** A span around everything that `work` begins, in the trace that it continues or one of its own. `work` has it ended. */
export function inSpan(start: SpanStart, traceParent: string | null, work: (span: OpenSpan | null) => void): void {
  if (tracer === undefined) {
    work(null);
    return;
  }
  const startMs = nowMs();
  const span = makeSpan(tracer, start, startMs, contextOf(traceParent));
  works.run({ start, startMs, around: undefined, span, waiting: [] }, () => {
    work(openSpan(span));
  });
}

/**
 * Runs `work` for one order. Its span is made in the order's trace as soon as {@link continueTrace} says which that is, with a link to
 * the request around it; in that request's trace when nobody does.
 * @param outcomeOf what is said of the result.
 */
export async function inOrderTrace<T>(
  start: SpanStart,
  work: () => Promise<T>,
  outcomeOf: (result: T) => Attributes = () => ({}),
): Promise<T> {
  if (tracer === undefined) return work();
  const around = works.getStore()?.span;
  const own: Work = { start, startMs: nowMs(), around, span: undefined, waiting: [] };
  return works.run(own, async () => {
    try {
      const result = await work();
      joinedSpan(own, null)?.setAttributes(outcomeOf(result));
      finish(own, null);
      return result;
    } catch (error) {
      finish(own, errorTypeOf(error));
      throw error;
    }
  });
}

/**
 * The work around the caller belongs to this trace, unless it belongs to one already.
 * @returns the trace context for what follows from this work; the given one outside any.
 */
export function continueTrace(traceParent: string | null): string | null {
  const work = works.getStore();
  const span = work === undefined ? undefined : joinedSpan(work, traceParent);
  return span === undefined ? traceParent : formatTraceParent(span.spanContext());
}

/** Says what has happened in the work around the caller. Outside any, nobody hears it. */
export function recordStep(step: Step): void {
  const work = works.getStore();
  if (work === undefined) return;
  if (work.span === undefined) work.waiting.push(step);
  else makeStep(work.span, step);
}

/** Runs `work` as a step of the work around it. */
export async function inStep<T>(start: SpanStart, work: () => Promise<T>): Promise<T> {
  if (tracer === undefined || works.getStore() === undefined) return work();
  const startMs = nowMs();
  try {
    const result = await work();
    recordStep({ ...start, startMs, endMs: nowMs() });
    return result;
  } catch (error) {
    recordStep({ ...start, startMs, endMs: nowMs(), error: errorTypeOf(error) });
    throw error;
  }
}

/** A span that is over, in a trace that is known. */
export function recordSpan({ startMs, endMs, error = null, ...start }: Step, traceParent: string | null): void {
  if (tracer === undefined) return;
  endSpan(makeSpan(tracer, start, startMs, contextOf(traceParent)), Math.max(startMs, endMs), error);
}

/** The trace and the span that a line logged by the caller belongs to. */
export function currentTraceFields(): { readonly trace_id?: string; readonly span_id?: string } {
  const work = works.getStore();
  const span = work?.span ?? work?.around;
  if (span === undefined) return {};
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

function joinedSpan(work: Work, traceParent: string | null): Span | undefined {
  if (work.span !== undefined || tracer === undefined) return work.span;
  const { start, startMs, around, waiting } = work;
  const order = parseTraceParent(traceParent);
  const isInOrder = order !== null && order.traceId !== around?.spanContext().traceId;
  const context = isInOrder || around === undefined ? contextOf(traceParent) : trace.setSpan(ROOT_CONTEXT, around);
  const span = makeSpan(tracer, start, startMs, context);
  if (isInOrder && around !== undefined) {
    // Each leads to the other: two traces tell of one confirm.
    span.addLink({ context: around.spanContext() });
    around.addLink({ context: span.spanContext() });
  }
  work.span = span;
  for (const step of waiting.splice(0)) makeStep(span, step);
  return span;
}

function finish(work: Work, error: string | null): void {
  const span = joinedSpan(work, null);
  if (span !== undefined) endSpan(span, nowMs(), error);
}

function openSpan(span: Span): OpenSpan {
  return {
    traceParent: formatTraceParent(span.spanContext()),
    end: ({ name, attributes = {}, error }) => {
      if (name !== undefined) span.updateName(name);
      span.setAttributes(attributes);
      endSpan(span, nowMs(), error === undefined ? null : errorTypeOf(error));
    },
  };
}

function makeStep(parent: Span, { startMs, endMs, error = null, ...start }: Step): void {
  if (tracer === undefined) return;
  endSpan(makeSpan(tracer, start, startMs, trace.setSpan(ROOT_CONTEXT, parent)), endMs, error);
}

function makeSpan(by: Tracer, { name, kind = 'INTERNAL', attributes = {} }: SpanStart, startMs: number, at: Context) {
  return by.startSpan(name, { kind: SpanKind[kind], attributes, startTime: startMs }, at);
}

function endSpan(span: Span, endMs: number, error: string | null): void {
  if (error !== null) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
  span.end(endMs);
}

function contextOf(traceParent: string | null): Context {
  const parsed = parseTraceParent(traceParent);
  if (parsed === null) return ROOT_CONTEXT;
  const context: SpanContext = { ...parsed, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, context);
}

/** Its class or its code: messages may quote what nobody should read. A text is a class already. */
function errorTypeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
