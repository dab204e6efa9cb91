// For a command that prints and ends, and has no use for a logger and metrics, which take a while to load.
export { maskPaymentKey } from './logs/mask-payment-key';
export { maskSecrets } from './logs/mask-secrets';
