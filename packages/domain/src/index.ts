export {
  type ApprovalOutcome,
  type ApprovedOutcome,
  type DeclinedOutcome,
  type MischargedOutcome,
} from './charge/approval-outcome';
export { Money } from './money';
export { OrderId } from './order-id';
export { Payment, type PaymentApproval, type PaymentState, type PaymentStatus } from './payment/payment';
export {
  PaymentAttempt,
  type PaymentAttemptState,
  type PaymentAttemptStatus,
  type UnresolvedAttemptStatus,
} from './charge/payment-attempt';
export { PaymentId } from './payment/payment-id';
export { PaymentIdempotency } from './payment/payment-idempotency';
export {
  PaymentTransaction,
  type PaymentTransactionStatus,
  type PaymentTransactionType,
} from './payment/payment-transaction';
export { PgOrderId } from './pg-order-id';
export {
  Refund,
  type RefundOrigin,
  type RefundState,
  type RefundStatus,
  type UnresolvedRefundStatus,
} from './refund/refund';
export { type RefundedOutcome, type RefundOutcome } from './refund/refund-outcome';
export { RuleViolation } from './rule-violation';
export { type SendKeySlot, type SendRecord } from './charge/send-record';
export { type UnappliedCharge } from './charge/unapplied-charge';
export { UserId } from './user-id';
export { type VirtualAccount } from './charge/virtual-account';
