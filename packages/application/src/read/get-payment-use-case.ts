import { type OrderId, type PaymentId } from '@koosco/payment-domain';
import { type SettlementHurry } from '../ports/settlement-hurry';
import { type OpenRefund, type PaymentView } from './payment-view';
import { type PaymentReader } from '../ports/payment-reader';
import { type Requester, mayActOn } from './requester';

/** A payment as its owner, or somebody trusted, may see it. */
export class GetPaymentUseCase {
  constructor(
    private readonly reader: Pick<PaymentReader, 'viewById' | 'viewByOrderId'>,
    private readonly settlement: SettlementHurry,
  ) {}

  /** @returns null when there is none, or when it is not the requester's. */
  async byId(paymentId: PaymentId, requester: Requester): Promise<PaymentView | null> {
    return this.#shown(await this.reader.viewById(paymentId), requester);
  }

  /** @returns null when there is none, or when it is not the requester's. */
  async byOrderId(orderId: OrderId, requester: Requester): Promise<PaymentView | null> {
    return this.#shown(await this.reader.viewByOrderId(orderId), requester);
  }

  async #shown(view: PaymentView | null, requester: Requester): Promise<PaymentView | null> {
    if (view === null || !mayActOn(requester, view.payment)) return null;
    const isUnclear = view.openAttempt?.status === 'UNKNOWN' || view.openRefunds.some(isUnknown);
    // Somebody waits for it.
    if (isUnclear) await this.settlement.hurry(view.payment.state.orderId, READ_WINDOW_MS);
    return view;
  }
}

/** How often reading a payment lets the gateway be asked, at most. */
const READ_WINDOW_MS = 5_000;

function isUnknown({ status }: OpenRefund): boolean {
  return status === 'UNKNOWN';
}
