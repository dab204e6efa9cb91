export { next } from './protocol/money-protocol';
export { TossBooks } from './books/toss-books';
export { TossPaymentGateway } from './charge/toss-payment-gateway';
export { TossRefundGateway } from './refund/toss-refund-gateway';
export { tossDefaults, tossSettingsOf, tossVariables } from './toss-settings-of';
export { type TossGateways, tossGateways } from './toss-gateways';
export { watchTossCalls } from './watch-toss-calls';
