export { cancelRules } from './cancel-rules';
export { type CodeRule } from './code-rule';
export { confirmRules } from './confirm-rules';
export { lookUpRules } from './look-up-rules';
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
} from './money-protocol';
export { defaultProtocolRules } from './protocol-rules';
export { secondKeyOf } from './second-key';
export { TossPaymentGateway } from './toss-payment-gateway';
export { TossRefundGateway } from './toss-refund-gateway';
export { type MetricFactory, TossCallMetrics } from './toss-call-metrics';
export { tossDefaults, tossSettingsOf } from './toss-settings-of';
export { tossGateway } from './toss-gateway';
