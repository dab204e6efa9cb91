/**
 * The trace context of W3C (https://www.w3.org/TR/trace-context/), version 00: the only one there is, and what a later one begins
 * with. It fits into 55 characters.
 */
const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NOTHING = /^0+$/;

/** The parts of a `traceparent`. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** The lowest bit says that the trace is recorded. */
  readonly traceFlags: number;
}

/**
 * What a header says, in its canonical form.
 * @param header from anybody: bytes or text of any length, repeated or not there at all.
 * @returns null for everything that is no trace context: nobody's order fails over it.
 */
export function traceParentOf(header: unknown): string | null {
  const parsed = parseTraceParent(header);
  return parsed === null ? null : formatTraceParent(parsed);
}

/** As {@link traceParentOf}, in parts. */
export function parseTraceParent(header: unknown): TraceParent | null {
  if ((typeof header !== 'string' && !Buffer.isBuffer(header)) || header.length > LENGTH_MAX) return null;
  const [, version, traceId, spanId, flags, more] = TRACE_PARENT.exec(header.toString()) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === 'ff' || NOTHING.test(traceId) || NOTHING.test(spanId)) return null;
  // Version 00 ends here; later ones may go on.
  if (version === '00' && more !== undefined) return null;
  // Bits that version 00 does not know are not passed on.
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED };
}

export function formatTraceParent({ traceId, spanId, traceFlags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The field that log lines have of a trace; none without one. */
export function traceFieldsOf(traceParent: string | null | undefined): { readonly trace_id?: string } {
  const parsed = parseTraceParent(traceParent);
  return parsed === null ? {} : { trace_id: parsed.traceId };
}

const SAMPLED = 1;
/** A later version may be longer, but not as long as a record. */
const LENGTH_MAX = 255;
