export { cancelRules } from './refund/cancel-rules';
export { type CodeRule } from './codes/code-rule';
export { confirmRules } from './charge/confirm-rules';
export { lookUpRules } from './codes/look-up-rules';
export {
  type Action,
  begin,
  type LookUpFact,
  next,
  type ProtocolEvent,
  type ProtocolRules,
  type ProtocolState,
  type SendFact,
  type Step,
} from './protocol/money-protocol';
export { defaultProtocolRules } from './protocol/protocol-rules';
export { secondKeyOf } from './protocol/second-key';
export { TossBooks } from './books/toss-books';
export { TossPaymentGateway } from './charge/toss-payment-gateway';
export { TossRefundGateway } from './refund/toss-refund-gateway';
export { TossCallMetrics } from './toss-call-metrics';
export { tossDefaults, tossSettingsOf } from './toss-settings-of';
export { type TossGateways, tossGateways } from './toss-gateways';
