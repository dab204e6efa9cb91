import { errorCode, type Operation } from '../codes/code-catalogue';
import { type ErrorCode } from '../codes/error-code';
import { type Change } from '../state/sandbox-state';
import { type Switches } from '../switches';

/** A JSON answer of the API, ready for the wire. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What an operation decided: what to say, and what becomes of the payment and the money if it is said. */
export interface Outcome {
  readonly answer: Answer;
  readonly change?: Change;
}

/**
 * A request that has waited for everything it had to wait for. `decide` must be called once, and its change committed in
 * the same turn of the event loop: what it found true would not hold any longer after an await.
 */
export interface Prepared {
  decide(): Outcome;
  /** The payment this request has locked; whoever commits unlocks it once the change is durable. */
  readonly locked?: string;
}

export const decided = (outcome: Outcome): Prepared => ({ decide: () => outcome });

export interface Speaker {
  readonly language: 'ko' | 'en';
  readonly switches: Switches;
}

/** The error as the operation's table has it. */
export function refuse(operation: Operation, code: string, speaker: Speaker): Outcome {
  return { answer: errorAnswer(errorCode(operation, code), speaker) };
}

export function errorAnswer(error: ErrorCode, { language, switches }: Speaker, message?: string): Answer {
  const data = error.httpStatus === 401 && switches.unauthorizedData === 'null' ? { data: null } : {};
  const text = message ?? (language === 'en' ? error.english : error.korean);
  return { status: error.httpStatus, body: JSON.stringify({ code: error.code, message: text, ...data }) };
}
