import { asObject, arrayField, instantField, numberField, objectField, textField } from './json-fields';
import { readTossCancel, type TossCancel } from './toss-cancel';

/** The part of Toss's Payment object (version 2022-11-16) that is read here. Amounts are in units of `currency`. */
export interface TossPayment {
  readonly paymentKey: string;
  readonly orderId: string;
  /** `READY`, `IN_PROGRESS`, `WAITING_FOR_DEPOSIT`, `DONE`, `CANCELED`, `PARTIAL_CANCELED`, `ABORTED`, `EXPIRED`, or newer. */
  readonly status: string;
  readonly currency: string | null;
  /** What was authorised; cancelling never changes it. */
  readonly totalAmount: number | null;
  /** What can still be cancelled. */
  readonly balanceAmount: number | null;
  /** Korean unless English was asked for: `카드`, `가상계좌`, `간편결제`, … Null before the buyer has chosen. */
  readonly method: string | null;
  readonly requestedAt: Date | null;
  readonly approvedAt: Date | null;
  /** Of the newest approval or cancel. */
  readonly lastTransactionKey: string | null;
  readonly receiptUrl: string | null;
  readonly virtualAccount: TossVirtualAccount | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly cancels: readonly TossCancel[];
}

export interface TossVirtualAccount {
  readonly bankCode: string | null;
  readonly accountNumber: string | null;
  readonly customerName: string | null;
  readonly dueAt: Date | null;
}

/** Null when it is not a payment: without its key, its order and its status it says nothing. */
export function readTossPayment(json: unknown): TossPayment | null {
  const object = asObject(json);
  const paymentKey = textField(object, 'paymentKey');
  const orderId = textField(object, 'orderId');
  const status = textField(object, 'status');
  if (object === null || paymentKey === null || orderId === null || status === null) return null;

  const virtualAccount = objectField(object, 'virtualAccount');
  const failure = objectField(object, 'failure');
  const failureCode = textField(failure, 'code');
  return {
    paymentKey,
    orderId,
    status,
    currency: textField(object, 'currency'),
    totalAmount: numberField(object, 'totalAmount'),
    balanceAmount: numberField(object, 'balanceAmount'),
    method: textField(object, 'method'),
    requestedAt: instantField(object, 'requestedAt'),
    approvedAt: instantField(object, 'approvedAt'),
    lastTransactionKey: textField(object, 'lastTransactionKey'),
    receiptUrl: textField(objectField(object, 'receipt'), 'url'),
    virtualAccount: virtualAccount && {
      bankCode: textField(virtualAccount, 'bankCode'),
      accountNumber: textField(virtualAccount, 'accountNumber'),
      customerName: textField(virtualAccount, 'customerName'),
      dueAt: instantField(virtualAccount, 'dueDate'),
    },
    failure: failureCode === null ? null : { code: failureCode, message: textField(failure, 'message') ?? '' },
    cancels: arrayField(object, 'cancels').flatMap((cancel) => readTossCancel(cancel) ?? []),
  };
}
