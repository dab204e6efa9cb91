import {
  type GetPaymentUseCase,
  type OpenAttempt,
  type PaymentView,
  RETRY_AFTER_SECONDS,
} from '@koosco/payment-application';
import { OrderId, type Payment, PaymentId } from '@koosco/payment-domain';
import { type Response } from 'express';
import { type AuthenticatedRequest } from '../security/authenticated-request';
import { type CustomerKeys } from './customer-keys';
import { paymentErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';
import { describePayment } from './payment-body';
import { locationOf } from './payment-location';
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
    const view = await this.getPayment.byId(paymentIdOf(request), request.context.requester);
    sendSuccess(response, 200, describePayment(found(view)));
  }

  /** `GET /api/payments/orders/{orderId}`: order-service and the front end know the order before they know the payment. */
  async paymentOfOrder(request: AuthenticatedRequest, response: Response): Promise<void> {
    sendSuccess(response, 200, describePayment(await this.#ofOrder(request)));
  }

  /** `GET /api/payments/orders/{orderId}/checkout` */
  async checkout(request: AuthenticatedRequest, response: Response): Promise<void> {
    const { payment, openAttempt } = await this.#ofOrder(request);
    const { state } = payment;
    if (state.status !== 'READY') throw new HttpError(paymentErrorCodes.PAYMENT_NOT_READY);
    if (openAttempt !== null) throw refusalOf(state, openAttempt);
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

  async #ofOrder(request: AuthenticatedRequest): Promise<PaymentView> {
    const digits = request.params['orderId'];
    // One spelling for each id: `007` is not order 7.
    if (typeof digits !== 'string' || !/^[1-9][0-9]{0,18}$/.test(digits)) throw notFound();
    const value = BigInt(digits);
    if (value > OrderId.max) throw notFound();
    return found(await this.getPayment.byOrderId(OrderId.of(value), request.context.requester));
  }
}

/** The payment that a path names. @throws HttpError 404 when it can name none. */
export function paymentIdOf(request: AuthenticatedRequest): PaymentId {
  const { paymentId: given } = request.params;
  if (typeof given !== 'string') throw notFound();
  // RFC 9562 section 4: the digits of a UUID are read in either case; Swift, for one, prints capitals.
  const paymentId = given.toLowerCase();
  if (!PaymentId.is(paymentId)) throw notFound();
  return paymentId;
}

/** Why a payment whose confirm is not settled is not to be opened in a payment window: its buyer may be charged already. */
function refusalOf({ paymentId }: Payment['state'], { status }: OpenAttempt): HttpError {
  const location = { Location: locationOf(paymentId) };
  const later = { ...location, 'Retry-After': String(RETRY_AFTER_SECONDS) };
  switch (status) {
    case 'IN_FLIGHT':
      return new HttpError(paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST, {
        details: { outcome: 'unknown' },
        headers: later,
      });
    case 'UNKNOWN':
      return new HttpError(paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST, {
        details: { outcome: 'unknown' },
        headers: later,
      });
    case 'AWAITING_DEPOSIT':
      return new HttpError(paymentErrorCodes.AWAITING_DEPOSIT, {
        details: { outcome: 'none' },
        headers: location,
      });
  }
}

function found(view: PaymentView | null): PaymentView {
  if (view === null) throw notFound();
  return view;
}

function notFound(): HttpError {
  return new HttpError(paymentErrorCodes.PAYMENT_NOT_FOUND);
}
