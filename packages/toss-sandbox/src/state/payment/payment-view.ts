import { koreanSeconds } from '../../korean-time';
import { type Switches } from '../../switches';
import { type Payment, type PaymentMethod } from './payment';

/** Whom the Payment object is shown to: what differs between a confirm, a look-up and the two languages. */
export interface Viewing {
  readonly language: 'ko' | 'en';
  readonly lookup: boolean;
  readonly switches: Switches;
  readonly nowMs: number;
}

/** The Payment object of API version 2022-11-16. */
export function viewPayment(payment: Payment, viewing: Viewing): Record<string, unknown> {
  const { switches, language } = viewing;
  const expired = payment.status === 'EXPIRED';
  const anonymousAccount =
    viewing.lookup && payment.method === 'VIRTUAL_ACCOUNT' && switches.secretOnVirtualAccountLookup === 'null';
  return {
    mId: payment.mId,
    lastTransactionKey: payment.lastTransactionKey,
    paymentKey: payment.paymentKey,
    orderId: payment.orderId,
    orderName: payment.orderName,
    taxExemptionAmount: payment.taxExemptionAmount,
    status: payment.status,
    requestedAt: koreanSeconds(payment.requestedAtMs),
    approvedAt: payment.approvedAtMs === null ? null : koreanSeconds(payment.approvedAtMs),
    useEscrow: expired && switches.expiredUseEscrow === 'null' ? null : payment.useEscrow,
    cultureExpense: false,
    card: viewCard(payment, switches, language),
    virtualAccount: viewAccount(payment, viewing),
    transfer: payment.method === 'TRANSFER' ? { bankCode: '92', settlementStatus: 'INCOMPLETED' } : null,
    mobilePhone: viewMobilePhone(payment),
    giftCertificate: null,
    cashReceipt: null,
    cashReceipts: null,
    discount: null,
    cancels: viewCancels(payment),
    secret: anonymousAccount ? null : payment.secret,
    type: 'NORMAL',
    easyPay: viewEasyPay(payment, language),
    country: 'KR',
    failure: payment.failure,
    isPartialCancelable: isPartialCancelable(payment),
    receipt: expired || payment.method === null ? null : { url: receiptUrl(payment) },
    checkout: { url: `https://api.tosspayments.com/v1/payments/${payment.paymentKey}/checkout` },
    currency: payment.currency,
    totalAmount: payment.totalAmount,
    balanceAmount: payment.balanceAmount,
    ...taxSplit(payment),
    taxFreeAmount: payment.taxFreeAmount,
    metadata: payment.metadata,
    method: payment.method === null ? null : methodNames[payment.method][language],
    version: '2022-11-16',
    ...(switches.unknownFields === 'present'
      ? { loyalty: { tier: 'GOLD', points: [1, 2] }, settledBy: 'NEW_RAIL' }
      : {}),
  };
}

/** `vat = round((amount - taxFree) / 11)`, the rest is supplied; both follow the balance down. */
export function taxSplit(payment: Payment): { suppliedAmount: number; vat: number } {
  const taxable = payment.balanceAmount - payment.taxFreeAmount - payment.taxExemptionAmount;
  const vat = Math.round(taxable / 11);
  return { suppliedAmount: taxable - vat, vat };
}

/** False for escrow orders and for cards that paid a tax-exempt amount; both are documented. */
export function isPartialCancelable(payment: Payment): boolean {
  return !payment.useEscrow && !(payment.method === 'CARD' && payment.taxExemptionAmount > 0);
}

/** How the API names the method; an English-speaking client gets the constant. */
export const methodNames: Readonly<Record<PaymentMethod, { ko: string; en: string }>> = {
  CARD: { ko: '카드', en: 'CARD' },
  EASY_PAY: { ko: '간편결제', en: 'EASY_PAY' },
  VIRTUAL_ACCOUNT: { ko: '가상계좌', en: 'VIRTUAL_ACCOUNT' },
  TRANSFER: { ko: '계좌이체', en: 'TRANSFER' },
  MOBILE_PHONE: { ko: '휴대폰', en: 'MOBILE_PHONE' },
};

export const receiptUrl = (payment: Payment) =>
  `https://dashboard-sandbox.tosspayments.com/receipt/redirection?transactionId=${payment.paymentKey}&ref=PX`;

function viewCard(payment: Payment, switches: Switches, language: 'ko' | 'en') {
  const cardBehindEasyPay = payment.method === 'EASY_PAY' && switches.easyPayCard === 'present';
  if (payment.method !== 'CARD' && !cardBehindEasyPay) return null;
  return {
    issuerCode: '61',
    acquirerCode: '31',
    number: '12345678****789*',
    installmentPlanMonths: 0,
    isInterestFree: false,
    interestPayer: null,
    approveNo: '00000000',
    useCardPoint: false,
    cardType: language === 'ko' ? '신용' : 'CREDIT',
    ownerType: language === 'ko' ? '개인' : 'PERSONAL',
    acquireStatus: payment.status === 'CANCELED' ? 'CANCELED' : 'READY',
    amount: payment.totalAmount,
  };
}

function viewAccount(payment: Payment, viewing: Viewing) {
  const account = payment.virtualAccount;
  if (account === null || payment.status === 'EXPIRED') return null;
  return {
    accountType: viewing.language === 'ko' ? '일반' : 'NORMAL',
    accountNumber: account.accountNumber,
    bankCode: account.bankCode,
    customerName: account.customerName,
    depositorName: null,
    dueDate: koreanSeconds(account.dueAtMs),
    refundStatus: account.refundStatus,
    expired: payment.status === 'WAITING_FOR_DEPOSIT' && viewing.nowMs >= account.dueAtMs,
    settlementStatus: 'INCOMPLETED',
    refundReceiveAccount: null,
  };
}

const viewMobilePhone = (payment: Payment) =>
  payment.method === 'MOBILE_PHONE'
    ? { customerMobilePhone: '01000000000', settlementStatus: 'INCOMPLETED', receiptUrl: receiptUrl(payment) }
    : null;

const viewEasyPay = (payment: Payment, language: 'ko' | 'en') =>
  payment.method === 'EASY_PAY'
    ? { provider: language === 'ko' ? '토스페이' : 'TOSSPAY', amount: payment.totalAmount, discountAmount: 0 }
    : null;

function viewCancels(payment: Payment) {
  if (payment.cancels.length === 0) return null;
  return payment.cancels.map((cancellation) => ({
    transactionKey: cancellation.transactionKey,
    cancelReason: cancellation.cancelReason,
    taxExemptionAmount: 0,
    canceledAt: koreanSeconds(cancellation.canceledAtMs),
    cardDiscountAmount: 0,
    transferDiscountAmount: 0,
    easyPayDiscountAmount: 0,
    receiptKey: null,
    cancelAmount: cancellation.cancelAmount,
    taxFreeAmount: cancellation.taxFreeAmount,
    refundableAmount: cancellation.refundableAmount,
    cancelStatus: 'DONE',
    cancelRequestId: null,
  }));
}
