import { type GetPaymentUseCase } from '@koosco/payment-application';
import { OrderId, type Payment, PaymentId } from '@koosco/payment-domain';
import { type Response } from 'express';
import { type AuthenticatedRequest } from './authenticated-request';
import { type CustomerKeys } from './customer-keys';
import { paymentErrorCodes } from './error-codes';
import { HttpError } from './http-error';
import { sendSuccess } from './success-response';

/** Reading: a payment, and everything the payment window needs to take one. */
export class PaymentController {
  constructor(
    private readonly getPayment: GetPaymentUseCase,
    private readonly customerKeys: CustomerKeys,
    /** Toss's public key of the widget; it names the merchant and may be seen by anybody. */
    private readonly clientKey: string,
  ) {}

  /** `GET /api/payments/{paymentId}` */
  async payment(request: AuthenticatedRequest, response: Response): Promise<void> {
    const { paymentId: given } = request.params;
    if (typeof given !== 'string') throw notFound();
    // RFC 9562 section 4: the digits of a UUID are read in either case; Swift, for one, prints capitals.
    const paymentId = given.toLowerCase();
    if (!PaymentId.is(paymentId)) throw notFound();
    sendSuccess(response, 200, describe(found(await this.getPayment.byId(paymentId, request.context.requester))));
  }

  /** `GET /api/payments/orders/{orderId}`: order-service and the front end know the order before they know the payment. */
  async paymentOfOrder(request: AuthenticatedRequest, response: Response): Promise<void> {
    sendSuccess(response, 200, describe(await this.#ofOrder(request)));
  }

  /** `GET /api/payments/orders/{orderId}/checkout` */
  async checkout(request: AuthenticatedRequest, response: Response): Promise<void> {
    const { state } = await this.#ofOrder(request);
    if (state.status !== 'READY') throw new HttpError(paymentErrorCodes.PAYMENT_NOT_READY);
    sendSuccess(response, 200, {
      paymentId: state.paymentId,
      orderId: state.orderId,
      pgOrderId: state.pgOrderId,
      amount: state.amount.krw,
      currency: 'KRW',
      orderName: state.orderName,
      customerKey: this.customerKeys.of(state.userId),
      clientKey: this.clientKey,
    });
  }

  async #ofOrder(request: AuthenticatedRequest): Promise<Payment> {
    const digits = request.params['orderId'];
    // One spelling for each id: `007` is not order 7.
    if (typeof digits !== 'string' || !/^[1-9][0-9]{0,18}$/.test(digits)) throw notFound();
    const value = BigInt(digits);
    if (value > OrderId.max) throw notFound();
    return found(await this.getPayment.byOrderId(OrderId.of(value), request.context.requester));
  }
}

function describe({ state, remainingAmount }: Payment) {
  return {
    paymentId: state.paymentId,
    orderId: state.orderId,
    userId: state.userId,
    status: state.status,
    amount: state.amount.krw,
    canceledAmount: state.canceledAmount.krw,
    remainingAmount: remainingAmount.krw,
    currency: 'KRW',
    approvedAt: state.approval?.approvedAt.toISOString() ?? null,
    method: state.approval?.method ?? null,
    receiptUrl: state.approval?.receiptUrl ?? null,
    createdAt: state.createdAt.toISOString(),
  };
}

function found(payment: Payment | null): Payment {
  if (payment === null) throw notFound();
  return payment;
}

function notFound(): HttpError {
  return new HttpError(paymentErrorCodes.PAYMENT_NOT_FOUND);
}
