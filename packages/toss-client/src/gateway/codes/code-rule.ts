import { type AfterComplaint } from '../protocol/money-protocol';

/**
 * What one of Toss's error codes means.
 * - `class`: what to say if the books agree that nothing was done;
 * - `then`: what may be done about it, see money-protocol.ts.
 */
export interface CodeRule<Class extends string> {
  readonly class: Class;
  readonly then: AfterComplaint | 'same-key';
  readonly why: string;
}
