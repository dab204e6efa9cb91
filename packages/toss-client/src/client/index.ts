export {
  type NoAnswerPhase,
  type SecretKeySlot,
  type TossAnswer,
  type TossError,
  type TossNoAnswer,
  type TossOk,
  unsentByUs,
} from './answers/toss-answer';
export { type TossCall, type TossCallObserver, type TossOperation } from './toss-call-observer';
export { type TossCancel } from './answers/toss-cancel';
export { type TossCancelRequest } from './toss-cancel-request';
export { type TossCallOptions, TossClient } from './toss-client';
export { type TossClientConfig, tossClientConfig, type TossClientSettings } from './toss-client-config';
export { type TossConfirmRequest } from './toss-confirm-request';
export { type TossEnvironment } from './toss-environment';
export { type TossPayment } from './answers/toss-payment';
export { type TossTransaction } from './answers/toss-transaction';
