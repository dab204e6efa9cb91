export { startTossSandbox, type SandboxOptions, type TossSandbox } from './sandbox';
export {
  SandboxControl,
  ControlRefused,
  type Authenticated,
  type BuyerChoice,
  type PaymentView,
} from './sandbox-control';
export { type ErrorCode } from './codes/error-code';
export { cancelCodes, confirmCodes, idempotencyCodes, lookupCodes } from './codes/code-tables';
export { type RouteName } from './faults/call';
export { type CallFilter } from './faults/call-filter';
export { type Fault, type FaultRule } from './faults/fault-rules';
export { type ForcedCode } from './faults/forced-codes';
export { type LedgerRow } from './state/ledger-row';
export { documentedMerchant, type KeyPair, type Merchant } from './state/merchant-keys';
export { type PaymentMethod, type PaymentStatus, type ScriptedOutcome } from './state/payment/payment';
export { switchCatalogue, switchNames, type SwitchName, type Switches } from './switches';
export { type WebhookDelivery } from './webhooks/webhook-delivery';
export { type WebhookEndpoint, type WebhookEvent } from './webhooks/webhook-endpoint';
