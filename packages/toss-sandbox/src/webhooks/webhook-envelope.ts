import { koreanMicrosWithoutOffset, koreanSeconds } from '../korean-time';
import { type Payment } from '../state/payment/payment';
import { viewPayment } from '../state/payment/payment-view';
import { type Switches } from '../switches';
import { type WebhookEvent } from './webhook-endpoint';

/** The events a change of status causes; a first sight of a payment (`before` undefined) causes none. */
export function eventsOf(before: Payment | undefined, after: Payment, switches: Switches): WebhookEvent[] {
  const events: WebhookEvent[] = [];
  const repeated = before?.status === 'PARTIAL_CANCELED' && after.status === 'PARTIAL_CANCELED';
  const changed = before !== undefined && (before.status !== after.status || repeated);
  if (!changed) return events;
  const silent = repeated && switches.webhookSecondPartialCancel === 'silent';
  if (announced.has(after.status) && !silent) events.push('PAYMENT_STATUS_CHANGED');
  if (after.virtualAccount !== null && deposits.has(after.status) && !silent) {
    const issued = before.status === 'IN_PROGRESS';
    if (!issued || switches.depositCallbackOnIssue === 'fires') events.push('DEPOSIT_CALLBACK');
  }
  return events;
}

const announced: ReadonlySet<string> = new Set(['DONE', 'CANCELED', 'PARTIAL_CANCELED', 'ABORTED', 'EXPIRED']);
const deposits: ReadonlySet<string> = new Set(['WAITING_FOR_DEPOSIT', 'DONE', 'CANCELED', 'PARTIAL_CANCELED']);

/** The body, exactly as documented: the payment event wraps the Payment, the deposit event is flat and has no key in it. */
export function webhookBody(event: WebhookEvent, payment: Payment, at: { nowMs: number; switches: Switches }): string {
  const { nowMs, switches } = at;
  const createdAt = koreanMicrosWithoutOffset(nowMs, nowMs % 997);
  switch (event) {
    case 'PAYMENT_STATUS_CHANGED':
      return JSON.stringify({
        eventType: event,
        createdAt,
        data: viewPayment(payment, { language: 'ko', lookup: false, switches, nowMs }),
      });
    case 'DEPOSIT_CALLBACK':
      return JSON.stringify({
        createdAt: switches.depositCallbackTime === 'micros' ? createdAt : koreanSeconds(nowMs),
        secret: payment.secret,
        status: payment.status,
        transactionKey: payment.lastTransactionKey,
        orderId: payment.orderId,
      });
  }
}
