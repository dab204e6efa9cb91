import { type OrderId, type Payment, type PaymentId } from '@koosco/payment-domain';
import { type PaymentReader } from './ports/payment-reader';
import { type Requester, mayActOn } from './requester';

/** A payment as its owner, or somebody trusted, may see it. */
export class GetPaymentUseCase {
  constructor(private readonly reader: PaymentReader) {}

  /** @returns null when there is none, or when it is not the requester's. */
  async byId(paymentId: PaymentId, requester: Requester): Promise<Payment | null> {
    return visible(await this.reader.findById(paymentId), requester);
  }

  /** @returns null when there is none, or when it is not the requester's. */
  async byOrderId(orderId: OrderId, requester: Requester): Promise<Payment | null> {
    return visible(await this.reader.findByOrderId(orderId), requester);
  }
}

function visible(payment: Payment | null, requester: Requester): Payment | null {
  return payment !== null && mayActOn(requester, payment) ? payment : null;
}
