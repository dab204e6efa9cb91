import { type OrderId, type PaymentId } from '@koosco/payment-domain';
import { type PaymentView } from './payment-view';
import { type PaymentReader } from '../ports/payment-reader';
import { type Requester, mayActOn } from './requester';

/** A payment as its owner, or somebody trusted, may see it. */
export class GetPaymentUseCase {
  constructor(private readonly reader: Pick<PaymentReader, 'viewById' | 'viewByOrderId'>) {}

  /** @returns null when there is none, or when it is not the requester's. */
  async byId(paymentId: PaymentId, requester: Requester): Promise<PaymentView | null> {
    return visible(await this.reader.viewById(paymentId), requester);
  }

  /** @returns null when there is none, or when it is not the requester's. */
  async byOrderId(orderId: OrderId, requester: Requester): Promise<PaymentView | null> {
    return visible(await this.reader.viewByOrderId(orderId), requester);
  }
}

function visible(view: PaymentView | null, requester: Requester): PaymentView | null {
  return view !== null && mayActOn(requester, view.payment) ? view : null;
}
