export { type ApprovePaymentResult, RETRY_AFTER_SECONDS } from './charge/approve-payment-result';
export { type ApprovePaymentCommand, ApprovePaymentUseCase } from './charge/approve-payment-use-case';
export { ApprovalSettlement } from './charge/approval-settlement';
export { AttemptExecution } from './charge/attempt-execution';
export { AttemptWatch } from './charge/attempt-watch';
export {
  type CreatePaymentCommand,
  type CreatePaymentResult,
  CreatePaymentUseCase,
} from './create/create-payment-use-case';
export { GetPaymentUseCase } from './read/get-payment-use-case';
export { ATTEMPT_LEASE_MS, LeaseKeeper } from './settle/lease-keeper';
export { type OpenAttempt, type OpenRefund, type PaymentView, type TransactionView } from './read/payment-view';
export { type AttemptLeases, type AttemptOwnership } from './ports/attempt-leases';
export { type Clock } from './ports/clock';
export { type IdGenerator } from './ports/id-generator';
export { type IdempotencyRepositoryPort } from './ports/transaction/idempotency-repository-port';
export { type IntegrationEventPublisher } from './ports/transaction/integration-event-publisher';
export { type PaymentAttemptRepository } from './ports/transaction/payment-attempt-repository';
export {
  type ApprovalReading,
  type ApprovalRequest,
  type PaymentGateway,
  type SendPermit,
} from './ports/gateway/payment-gateway';
export { type AttemptGlimpse, type PaymentReader } from './ports/payment-reader';
export { type PaymentRepositoryPort, type PaymentTerms } from './ports/transaction/payment-repository-port';
export {
  type ReceiveAccount,
  type RefundGateway,
  type RefundReading,
  type RefundRequest,
} from './ports/gateway/refund-gateway';
export {
  type OrderCancellation,
  type OrderCancellationRepository,
} from './ports/transaction/order-cancellation-repository';
export { type PaymentList, type PaymentPosition, type PaymentQuery } from './ports/payment-list';
export { type PaymentChange, type PaymentHistory } from './ports/transaction/payment-history';
export { type GivenBack, type GivenBackReader, type GivenBackReading } from './ports/gateway/given-back-reader';
export { type DueHints, type Hint, type HintInbox } from './ports/hint-inbox';
export { type SettlementHurry } from './ports/settlement-hurry';
export { type FollowedHints, FollowHintsUseCase, HINT_WINDOW_MS } from './hints/follow-hints-use-case';
export { ExpirePaymentsUseCase } from './expire/expire-payments-use-case';
export { type ExpiryReader } from './ports/expiry-reader';
export { type RefundReader } from './ports/refund-reader';
export { type RefundRepository } from './ports/transaction/refund-repository';
export { type CancelOrderCommand, type CancelOrderResult, CancelOrderUseCase } from './refund/cancel-order-use-case';
export { type CancelPaymentResult } from './refund/cancel-payment-result';
export { type CancelPaymentCommand, CancelPaymentUseCase } from './refund/cancel-payment-use-case';
export { type CarriedOutRefund, CarryOutRefundsUseCase } from './refund/carry-out-refunds-use-case';
export { REASON_CHARACTERS_MAX } from './refund/new-refund';
export { RefundClaims } from './refund/refund-claims';
export { RefundExecution } from './refund/refund-execution';
export { RefundSettlement } from './refund/refund-settlement';
export {
  type RequestRefundCommand,
  type RequestRefundResult,
  RequestRefundUseCase,
} from './refund/request-refund-use-case';
export { type Transaction, type UnitOfWork } from './ports/transaction/unit-of-work';
export { type UnappliedChargeRepository } from './ports/transaction/unapplied-charge-repository';
export { type Requester } from './read/requester';
export { type AttemptProspect, type AttemptStanding, prospectOf, readAttempt } from './settle/attempt-prospect';
export { type ResolvedAttempt, ResolveAttemptUseCase } from './settle/resolve-attempt-use-case';
export { type SettledAttempt, SettleAttemptsUseCase } from './settle/settle-attempts-use-case';
export {
  IDEMPOTENCY_DUPLICATE_PREVENTED,
  KAFKA_CONSUMER_RECORDS_CONSUMED,
  PAYMENT_APPROVED,
  PAYMENT_CREATED,
} from './payment-metrics';
export { type BooksRound, ReadBooksUseCase } from './hints/read-books-use-case';
export { type GatewayBooks, type Movement, type MovementsReading } from './ports/gateway/gateway-books';
export { type ReadBooks } from './ports/read-books';
export {
  type AroundEvent,
  type AuditCounts,
  type AuditFinding,
  AuditUseCase,
  BooksUnread,
} from './audit/audit-use-case';
export { type EventRecord, type PaymentRecords } from './audit/audit-records';
export { differencesOfPublication } from './audit/differences-of-publication';
export { unexplainedKrw } from './audit/unexplained-krw';
export { type AuditReader } from './ports/audit-reader';
export { type PublishedRecord } from './ports/published-records';
