import { type AttemptWatch, type PaymentGateway, type RefundGateway } from '@koosco/payment-application';
import { type Workload } from '../adapters/http/server/workload';

/** A request that waits for Toss leaves its place to another. */
export function chargingApart(gateway: PaymentGateway, workload: Workload): PaymentGateway {
  return {
    firstSend: (now) => gateway.firstSend(now),
    approve: (request, permit) => workload.apart(() => gateway.approve(request, permit)),
    lookUp: (request) => workload.apart(() => gateway.lookUp(request)),
    callOff: (request) => workload.apart(() => gateway.callOff(request)),
  };
}

/** The same for giving back. */
export function refundingApart(gateway: RefundGateway, workload: Workload): RefundGateway {
  return {
    firstSend: (now) => gateway.firstSend(now),
    refund: (request, permit) => workload.apart(() => gateway.refund(request, permit)),
    lookUpRefund: (request) => workload.apart(() => gateway.lookUpRefund(request)),
  };
}

/** And for one that waits for another confirm of its payment. */
export function watchingApart(watch: AttemptWatch, workload: Workload): Pick<AttemptWatch, 'untilMoved'> {
  return { untilMoved: (attempt, deadlineMs) => workload.apart(() => watch.untilMoved(attempt, deadlineMs)) };
}
