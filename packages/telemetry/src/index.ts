export { createLogger } from './logs/create-logger';
export { logEach } from './logs/log-each';
export { type Logger } from './logs/logger';
export { LOG_LEVELS, type LogLevel } from './logs/log-level';
export { withCorrelationId } from './correlation-id';
export { maskPaymentKey } from './logs/mask-payment-key';
export { maskSecrets } from './logs/mask-secrets';
export { isError } from './logs/describe-error';

export { type GaugeSample, Metrics } from './metrics/metrics';
