import { type CancelPaymentResult, type CancelPaymentUseCase } from '@koosco/payment-application';
import { type Response } from 'express';
import { paymentErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';
import { paymentIdOf } from '../payments/payment-controller';
import { locationOf } from '../payments/payment-location';
import { sendSuccess } from '../payments/success-response';
import { type AuthenticatedRequest } from '../security/authenticated-request';
import { bodyOf } from '../server/json-body';
import { cancelRequest } from './cancel-request';

/** Giving back: `POST /api/payments/{paymentId}/cancel`. */
export class CancelController {
  constructor(private readonly cancelPayment: Pick<CancelPaymentUseCase, 'execute'>) {}

  /** @param wishId names the request for good, where its caller gave it an Idempotency-Key. */
  async cancel(request: AuthenticatedRequest, response: Response, wishId: string | null): Promise<void> {
    const paymentId = paymentIdOf(request);
    const body = cancelRequest.read(bodyOf(request));
    const { requester, correlationId } = request.context;
    const result = await this.cancelPayment.execute({
      ...{ requester, paymentId, wishId, correlationId },
      amount: body.cancelAmount,
      reason: body.cancelReason,
      ...(body.refundReceiveAccount && { receiveAccount: body.refundReceiveAccount }),
    });
    if (result.kind !== 'refunded') throw refusalOf(result);
    sendSuccess(response, 200, {
      paymentId: result.paymentId,
      orderId: result.orderId,
      refundId: result.refundId,
      status: result.remainingAmount.isZero ? 'CANCELED' : 'PARTIALLY_CANCELED',
      canceledAmount: result.canceledAmount.krw,
      totalCanceledAmount: result.totalCanceledAmount.krw,
      remainingAmount: result.remainingAmount.krw,
      currency: 'KRW',
      canceledAt: result.canceledAt.toISOString(),
    });
  }
}

/** What each other outcome of a cancel is over HTTP; `outcome` says where the money is. */
function refusalOf(result: Exclude<CancelPaymentResult, { kind: 'refunded' }>): HttpError {
  switch (result.kind) {
    case 'not-found':
      return new HttpError(paymentErrorCodes.PAYMENT_NOT_FOUND);
    case 'nothing-paid':
      return new HttpError(paymentErrorCodes.INVALID_PAYMENT_STATUS, { details: { outcome: 'none' } });
    case 'already-canceled':
      return new HttpError(paymentErrorCodes.PAYMENT_ALREADY_CANCELED, { details: { outcome: 'refunded' } });
    case 'amount-mismatch':
      return new HttpError(paymentErrorCodes.INVALID_PAYMENT_AMOUNT, { details: { outcome: 'charged' } });
    case 'in-progress':
      return new HttpError(paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST, {
        details: { outcome: 'unknown' },
        headers: { 'Retry-After': String(result.retryAfterSeconds), Location: locationOf(result.paymentId) },
      });
    case 'refused': {
      const { pgCode, pgMessage } = result;
      return new HttpError(paymentErrorCodes.CANCEL_REFUSED, { details: { outcome: 'charged', pgCode, pgMessage } });
    }
    // What is wrong between us and the gateway is not the buyer's to read; the operators have the code in the log.
    case 'not-refunded':
      return new HttpError(paymentErrorCodes.PAYMENT_GATEWAY_ERROR, { details: { outcome: 'charged' } });
    case 'unknown':
      return new HttpError(paymentErrorCodes.PAYMENT_GATEWAY_ERROR, {
        details: { outcome: 'unknown' },
        headers: { 'Retry-After': String(result.retryAfterSeconds), Location: locationOf(result.paymentId) },
      });
  }
}
