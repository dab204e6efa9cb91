import { type ApprovePaymentResult, type ApprovePaymentUseCase } from '@koosco/payment-application';
import { type Response } from 'express';
import { confirmRequest } from './confirm-request';
import { type ErrorCode, paymentErrorCodes } from '../errors/error-codes';
import { HttpError, type HttpErrorExtras } from '../errors/http-error';
import { bodyOf } from '../server/json-body';
import { type AuthenticatedRequest } from '../security/authenticated-request';
import { describeVirtualAccount } from './payment-body';
import { locationOf } from './payment-location';
import { sendSuccess } from './success-response';

/** The payment window sent the buyer back: `POST /api/payments/confirm`. */
export class WidgetController {
  constructor(private readonly approvePayment: Pick<ApprovePaymentUseCase, 'execute'>) {}

  async confirmPayment(request: AuthenticatedRequest, response: Response): Promise<void> {
    const { paymentKey, orderId, amount } = confirmRequest.read(bodyOf(request));
    const { requester, correlationId } = request.context;
    const result = await this.approvePayment.execute({ requester, paymentKey, orderId, amount, correlationId });
    answerOf(result)(response);
  }
}

/** Writes the answer, or throws it. */
type Answer = (response: Response) => void;

type Outcome = ApprovePaymentResult['kind'];
type ResultOf<Kind extends Outcome> = Extract<ApprovePaymentResult, { kind: Kind }>;

function answerOf<Kind extends Outcome>(result: ResultOf<Kind>): Answer {
  // That the result is of this kind is what TypeScript does not see by itself.
  const answer = answers[result.kind] as (result: ResultOf<Kind>) => Answer;
  return answer(result);
}

/** What each outcome of a confirm is over HTTP. */
const answers: { readonly [Kind in Outcome]: (result: ResultOf<Kind>) => Answer } = {
  approved: ({ paymentId, orderId, paidAmount, approvedAt, method, receiptUrl }) =>
    success(200, {
      paymentId,
      orderId,
      status: 'APPROVED',
      paidAmount: paidAmount.krw,
      approvedAt: approvedAt.toISOString(),
      method,
      receiptUrl,
    }),
  'awaiting-deposit': ({ paymentId, orderId, account }) => {
    // Nothing was paid yet, and nothing failed: the buyer transfers the money whenever they like.
    const virtualAccount = describeVirtualAccount(account);
    const answer = success(202, { paymentId, orderId, status: 'WAITING_FOR_DEPOSIT', virtualAccount });
    return (response) => answer(response.location(locationOf(paymentId)));
  },
  'not-found': () => failure(paymentErrorCodes.PAYMENT_NOT_FOUND),
  'amount-mismatch': () => failure(paymentErrorCodes.INVALID_PAYMENT_AMOUNT),
  'not-ready': () => failure(paymentErrorCodes.PAYMENT_NOT_READY),
  'already-approved': () => failure(paymentErrorCodes.PAYMENT_ALREADY_APPROVED),
  // No Retry-After: a transfer takes minutes to days, and the payment's address shows where to.
  'awaiting-other-deposit': ({ paymentId }) =>
    failure(paymentErrorCodes.AWAITING_DEPOSIT, {
      details: { outcome: 'none' },
      headers: { Location: locationOf(paymentId) },
    }),
  'in-progress': ({ retryAfterSeconds }) =>
    failure(paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST, { headers: { 'Retry-After': String(retryAfterSeconds) } }),
  refused: ({ pgCode, pgMessage }) =>
    failure(paymentErrorCodes.INVALID_PAYMENT_REQUEST, { details: { outcome: 'not-charged', pgCode, pgMessage } }),
  declined: ({ pgCode, pgMessage }) =>
    failure(paymentErrorCodes.PAYMENT_GATEWAY_ERROR, { details: { outcome: 'declined', pgCode, pgMessage } }),
  // What is wrong between us and the gateway is not the buyer's to read; the operators have the code in the log.
  'not-charged': () => failure(paymentErrorCodes.PAYMENT_GATEWAY_ERROR, { details: { outcome: 'not-charged' } }),
  unknown: ({ paymentId, retryAfterSeconds }) =>
    failure(paymentErrorCodes.PAYMENT_GATEWAY_ERROR, {
      details: { outcome: 'unknown' },
      headers: { 'Retry-After': String(retryAfterSeconds), Location: locationOf(paymentId) },
    }),
};

function success(status: 200 | 202, data: Parameters<typeof sendSuccess>[2]): Answer {
  return (response) => sendSuccess(response, status, data);
}

function failure(code: ErrorCode, extras: HttpErrorExtras = {}): Answer {
  return () => {
    throw new HttpError(code, extras);
  };
}
