/** The body of a cancellation, checked for form. What it asks is judged against the payment. */
export interface CancelRequest {
  readonly cancelReason: string;
  /** The whole remainder when absent. */
  readonly cancelAmount: number | undefined;
  readonly taxFreeAmount: number;
  readonly currency: string | undefined;
  /** An optimistic lock: what the caller believes the balance to be. */
  readonly refundableAmount: number | undefined;
  /** The code that refuses the account to refund into, should the payment need one. */
  readonly accountRefusal: string | undefined;
}

/** Undefined when a required field is missing or a field has the wrong form. */
export function parseCancelRequest(body: unknown): CancelRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const fields = body as Record<string, unknown>;
  const { cancelReason, cancelAmount, taxFreeAmount = 0, currency, refundableAmount } = fields;
  if (typeof cancelReason !== 'string' || cancelReason.trim() === '' || cancelReason.length > 200) return undefined;
  if (!isOptional(cancelAmount, isPositive) || !isOptional(refundableAmount, isAmount)) return undefined;
  if (!isAmount(taxFreeAmount) || !isOptional(currency, isText)) return undefined;
  return {
    cancelReason,
    cancelAmount: cancelAmount ?? undefined,
    taxFreeAmount,
    currency: currency ?? undefined,
    refundableAmount: refundableAmount ?? undefined,
    accountRefusal: refusalOf(fields['refundReceiveAccount']),
  };
}

/** Documented: bank, digits up to 20, holder up to 60 characters; required for a deposited virtual account only. */
function refusalOf(account: unknown): string | undefined {
  if (typeof account !== 'object' || account === null) return 'INVALID_REQUEST';
  const { bank, accountNumber, holderName } = account as Record<string, unknown>;
  if (typeof bank !== 'string' || !/^(\d{2,3}|[가-힣A-Za-z]{2,20})$/.test(bank)) return 'INVALID_BANK';
  if (typeof accountNumber !== 'string' || !/^\d{1,20}$/.test(accountNumber)) return 'INVALID_REFUND_ACCOUNT_NUMBER';
  if (typeof holderName !== 'string' || holderName === '' || holderName.length > 60)
    return 'INVALID_REFUND_ACCOUNT_INFO';
  return undefined;
}

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isPositive = (value: unknown): value is number => isAmount(value) && value > 0;
const isText = (value: unknown): value is string => typeof value === 'string';

/** Absent and null say the same. */
function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined | null {
  return value === undefined || value === null || is(value);
}
