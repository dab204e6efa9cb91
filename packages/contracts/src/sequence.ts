/**
 * What a consumer remembers about the events of one payment: plain JSON, to be stored beside the consumer's own state.
 */
export interface SequenceState {
  /** The highest `sequence` seen; 0 before the first event. */
  readonly highest: number;
  /** Ranges below it that were not seen, lowest first, both ends included. */
  readonly missing: readonly (readonly [from: number, to: number])[];
}

/**
 * - `next`: exactly what had to come.
 * - `gap`: events before it have not been seen; `missing` of the new state names them.
 * - `late`: closes (part of) a gap: order was lost, nothing else.
 * - `repeated`: seen before.
 */
export type SequenceVerdict = 'next' | 'gap' | 'late' | 'repeated';

export const emptySequence: SequenceState = { highest: 0, missing: [] };

/** Pure: what the `sequence` of an arriving event says, and what to remember afterwards. */
export function observeSequence(
  state: SequenceState,
  sequence: number,
): { readonly verdict: SequenceVerdict; readonly state: SequenceState } {
  const { highest, missing } = state;
  if (sequence > highest) {
    const isNext = sequence === highest + 1;
    const gaps = isNext ? missing : [...missing, [highest + 1, sequence - 1] as const];
    return { verdict: isNext ? 'next' : 'gap', state: { highest: sequence, missing: gaps } };
  }
  if (!missing.some(([from, to]) => from <= sequence && sequence <= to)) return { verdict: 'repeated', state };
  return { verdict: 'late', state: { highest, missing: missing.flatMap((gap) => without(gap, sequence)) } };
}

function without([from, to]: readonly [number, number], sequence: number): (readonly [number, number])[] {
  if (sequence < from || sequence > to) return [[from, to]];
  const left: (readonly [number, number])[] = sequence > from ? [[from, sequence - 1]] : [];
  return sequence < to ? [...left, [sequence + 1, to]] : left;
}
