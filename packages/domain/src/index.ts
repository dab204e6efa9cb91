export {
  type ApprovalOutcome,
  type ApprovedOutcome,
  type AwaitingDepositOutcome,
  type DeclinedOutcome,
  type MischargedOutcome,
  type NotChargedOutcome,
  type RefusedOutcome,
  type UnknownOutcome,
} from './charge/approval-outcome';
export { Money } from './money';
export { OrderId } from './order-id';
export { Payment, type PaymentApproval, type PaymentState, type PaymentStatus } from './payment/payment';
export {
  PaymentAttempt,
  type PaymentAttemptState,
  type PaymentAttemptStatus,
  type SettledAttemptStatus,
  type UnresolvedAttemptStatus,
} from './charge/payment-attempt';
export { PaymentId } from './payment/payment-id';
export { type PaymentAction, PaymentIdempotency } from './payment/payment-idempotency';
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
  type SettledRefundStatus,
  type UnresolvedRefundStatus,
} from './refund/refund';
export {
  type NotRefundedOutcome,
  type RefundedOutcome,
  type RefundOutcome,
  type RefusedRefundOutcome,
  type UnknownRefundOutcome,
} from './refund/refund-outcome';
export { RuleViolation, type RuleViolationCode } from './rule-violation';
export { type SendKeySlot, type SendRecord } from './charge/send-record';
export { type UnappliedCharge } from './charge/unapplied-charge';
export { UserId } from './user-id';
export { type VirtualAccount } from './charge/virtual-account';
