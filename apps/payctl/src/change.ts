import { userInfo } from 'node:os';

/** What is said of a change: the columns of `payment_operator_action` take no more. */
const REASON_LENGTH_MAX = 500;
const OPERATOR_LENGTH_MAX = 100;

/** Who wants something changed, and why. */
export interface Change {
  /** Why; it is kept. Undefined: only say what would be done. */
  readonly why: string | undefined;
  readonly operator: string;
}

/** The options of every command that changes something. */
export const changeOptions = { why: { type: 'string' }, operator: { type: 'string' } } as const;

/** From `--why` and `--operator`. @returns what is wrong with them, where something is. */
export function changeOf(values: Readonly<Record<string, string | boolean | undefined>>): Change | string {
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const why = text('why');
  if (why?.trim() === '') return '--why wants a reason: it is what the next person reads';
  const operator = text('operator') ?? userInfo().username;
  return { why: why?.slice(0, REASON_LENGTH_MAX), operator: operator.slice(0, OPERATOR_LENGTH_MAX) };
}
