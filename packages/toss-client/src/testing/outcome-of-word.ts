import { type ApprovalOutcome } from '@koosco/payment-domain';

import { type Word } from './pessimistic-toss';

/** What the walk calls by one word, as the domain takes it. */
export function outcomeOfWord(word: Word | null): ApprovalOutcome {
  switch (word) {
    case 'approved':
      return { kind: 'approved', pgTransactionId: null, approvedAt: new Date(0), method: null, receiptUrl: null };
    case 'declined':
    case 'refused':
      return { kind: word, pgCode: word, pgMessage: '' };
    case 'not-charged':
      return { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: '' };
    case null:
      return { kind: 'unknown', pgCode: null, reason: '' };
  }
}
