import { type ApprovePaymentResult, type ApprovePaymentUseCase } from '@koosco/payment-application';
import { type Response } from 'express';
import { confirmRequestOf } from './confirm-request';
import { type ErrorCode, paymentErrorCodes } from './error-codes';
import { HttpError, type HttpErrorExtras } from './http-error';
import { bodyOf } from './json-body';
import { type AuthenticatedRequest } from './authenticated-request';
import { describeVirtualAccount } from './payment-body';
import { locationOf } from './payment-location';
import { sendSuccess } from './success-response';

/** The payment window sent the buyer back: `POST /api/payments/confirm`. */
export class WidgetController {
  constructor(private readonly approvePayment: Pick<ApprovePaymentUseCase, 'execute'>) {}

  async confirmPayment(request: AuthenticatedRequest, response: Response): Promise<void> {
    const { paymentKey, orderId, amount } = confirmRequestOf(bodyOf(request));
    const { requester, correlationId } = request.context;
    const result = await this.approvePayment.execute({ requester, paymentKey, orderId, amount, correlationId });

    switch (result.kind) {
      case 'approved':
        sendSuccess(response, 200, {
          paymentId: result.paymentId,
          orderId: result.orderId,
          status: 'APPROVED',
          paidAmount: result.paidAmount.krw,
          approvedAt: result.approvedAt.toISOString(),
          method: result.method,
          receiptUrl: result.receiptUrl,
        });
        return;
      case 'awaiting-deposit':
        // Nothing was paid yet, and nothing failed: the buyer transfers the money whenever they like.
        response.location(locationOf(result.paymentId));
        sendSuccess(response, 202, {
          paymentId: result.paymentId,
          orderId: result.orderId,
          status: 'WAITING_FOR_DEPOSIT',
          virtualAccount: describeVirtualAccount(result.account),
        });
        return;
      case 'not-found':
      case 'amount-mismatch':
      case 'not-ready':
      case 'already-approved':
      case 'awaiting-other-deposit':
      case 'in-progress':
      case 'refused':
      case 'declined':
      case 'not-charged':
      case 'unknown':
        throw new HttpError(errorCodeOf[result.kind], extrasOf(result));
    }
  }
}

type NotApproved = Exclude<ApprovePaymentResult, { kind: 'approved' | 'awaiting-deposit' }>;

const errorCodeOf: Record<NotApproved['kind'], ErrorCode> = {
  'not-found': paymentErrorCodes.PAYMENT_NOT_FOUND,
  'amount-mismatch': paymentErrorCodes.INVALID_PAYMENT_AMOUNT,
  'not-ready': paymentErrorCodes.PAYMENT_NOT_READY,
  'already-approved': paymentErrorCodes.PAYMENT_ALREADY_APPROVED,
  'awaiting-other-deposit': paymentErrorCodes.AWAITING_DEPOSIT,
  'in-progress': paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST,
  refused: paymentErrorCodes.INVALID_PAYMENT_REQUEST,
  declined: paymentErrorCodes.PAYMENT_GATEWAY_ERROR,
  'not-charged': paymentErrorCodes.PAYMENT_GATEWAY_ERROR,
  unknown: paymentErrorCodes.PAYMENT_GATEWAY_ERROR,
};

function extrasOf(result: NotApproved): HttpErrorExtras {
  switch (result.kind) {
    case 'not-found':
    case 'amount-mismatch':
    case 'not-ready':
    case 'already-approved':
      return {};
    case 'awaiting-other-deposit':
      // No Retry-After: a transfer takes minutes to days, and the payment's address shows where to.
      return { details: { outcome: 'awaiting-deposit' }, headers: { Location: locationOf(result.paymentId) } };
    case 'in-progress':
      return { headers: { 'Retry-After': String(result.retryAfterSeconds) } };
    case 'refused':
    case 'declined':
      return { details: { outcome: result.kind, pgCode: result.pgCode, pgMessage: result.pgMessage } };
    case 'not-charged':
      // What is wrong between us and the gateway is not the buyer's to read; the operators have the code in the log.
      return { details: { outcome: result.kind } };
    case 'unknown':
      return {
        details: { outcome: result.kind },
        headers: { 'Retry-After': String(result.retryAfterSeconds), Location: locationOf(result.paymentId) },
      };
  }
}
