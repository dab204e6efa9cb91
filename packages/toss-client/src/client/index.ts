export {
  type NoAnswerPhase,
  type SecretKeySlot,
  type TossAnswer,
  type TossError,
  type TossNoAnswer,
  type TossOk,
  unsentByUs,
} from './toss-answer';
export { type TossCall, type TossCallObserver, type TossOperation } from './toss-call-observer';
export { type TossCancel } from './toss-cancel';
export { type TossCancelRequest } from './toss-cancel-request';
export { type TossCallOptions, TossClient } from './toss-client';
export { type TossClientConfig, tossClientConfig, type TossClientSettings } from './toss-client-config';
export { type TossConfirmRequest } from './toss-confirm-request';
export { type TossEnvironment } from './toss-environment';
export { type TossPayment } from './toss-payment';
export { type TossTransaction } from './toss-transaction';
