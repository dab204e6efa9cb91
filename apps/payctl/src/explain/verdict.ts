import { type CaseFile } from '@koosco/payment-db/operators';
import { type Finding } from './explanation';
import { won } from './won';

/** Where the money is and what is left to do, in one sentence. */
export function verdictOf(file: CaseFile, findings: readonly Finding[]): string {
  return `${[moneyOf(file), eventsOf(file)].filter((part) => part !== null).join(', ')}: ${todoOf(findings)}`;
}

function moneyOf({ payment, attempts, cancellation }: CaseFile): string {
  if (payment === null) return cancellation === null ? 'no payment' : 'the order was cancelled before it was placed';
  const { status, amount, canceledAmount } = payment;
  const given = canceledAmount === 0n ? '' : `, ${won(canceledAmount)} refunded`;
  switch (status) {
    case 'READY':
      return attempts.some(({ dueAt }) => dueAt !== null) ? 'a confirm is under way' : 'not paid yet';
    case 'FAILED':
      return 'failed, nothing charged';
    case 'CANCELED':
      return canceledAmount === 0n ? 'cancelled before it was paid' : `charged ${won(amount)} once${given}`;
    default:
      return amount === 0n ? 'nothing to pay, approved' : `charged ${won(amount)} once${given}`;
  }
}

function eventsOf({ events }: CaseFile): string | null {
  if (events.length === 0) return null;
  const delivered = events.filter(({ status }) => status === 'PUBLISHED').length;
  return delivered === events.length
    ? `${events.length === 1 ? 'its event' : `all ${events.length} events`} delivered`
    : `${delivered} of ${events.length} events delivered`;
}

function todoOf(findings: readonly Finding[]): string {
  const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length;
  const [contradictions, open, unread] = [count('contradiction'), count('open'), count('unread')];
  if (contradictions > 0)
    return `${contradictions} ${contradictions === 1 ? 'thing does' : 'things do'} not fit, look at them`;
  if (unread > 0) return 'not everything could be read, so ask again before you rely on it';
  return open > 0 ? 'it is under way, wait for it' : 'nothing to do';
}
