import { asObject, instantField, numberField, textField } from './json-fields';

/** One cancellation, full or partial, of a {@link TossPayment}. */
export interface TossCancel {
  readonly transactionKey: string;
  readonly cancelAmount: number | null;
  /** What could still be cancelled after this one. */
  readonly refundableAmount: number | null;
  readonly canceledAt: Date | null;
  readonly cancelReason: string | null;
  /** `DONE`; some overseas methods begin with `IN_PROGRESS` and may end `ABORTED`. Null where Toss does not say. */
  readonly cancelStatus: string | null;
}

export function readTossCancel(json: unknown): TossCancel | null {
  const object = asObject(json);
  const transactionKey = textField(object, 'transactionKey');
  if (object === null || transactionKey === null) return null;
  return {
    transactionKey,
    cancelAmount: numberField(object, 'cancelAmount'),
    refundableAmount: numberField(object, 'refundableAmount'),
    canceledAt: instantField(object, 'canceledAt'),
    cancelReason: textField(object, 'cancelReason'),
    cancelStatus: textField(object, 'cancelStatus'),
  };
}
