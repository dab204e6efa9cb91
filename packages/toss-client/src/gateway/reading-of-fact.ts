import { type TossAnswer } from '../client/answers/toss-answer';
import { type TossPayment } from '../client/answers/toss-payment';
import { type LookUpFact } from './protocol/money-protocol';
import { noteOf } from './note-of-answer';

/** One look into Toss's books, in the words of the ports: what is final, that nothing was done yet, or that nobody knows. */
export function readingOfFact<Outcome>(
  fact: LookUpFact<Outcome>,
  answer: TossAnswer<TossPayment>,
): Outcome | { kind: 'open' } | { kind: 'unknown'; pgCode: string | null; reason: string } {
  switch (fact.kind) {
    case 'final':
      return fact.outcome;
    case 'nothing-done':
      return { kind: 'open' };
    case 'unreadable': {
      const pgCode = answer.kind === 'error' ? answer.code : null;
      return { kind: 'unknown', pgCode, reason: noteOf('look-up', answer) };
    }
  }
}
