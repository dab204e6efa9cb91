export { createLogger, type LoggerOptions } from './logs/create-logger';
export { logEach } from './logs/log-each';
export { type Logger } from './logs/logger';
export { LOG_LEVELS, type LogLevel } from './logs/log-level';
export { currentCorrelationId, withCorrelationId } from './correlation-id';
export { maskPaymentKey } from './logs/mask-payment-key';
export { maskSecrets } from './logs/mask-secrets';
export { describeError, type ErrorDescription, isError } from './logs/describe-error';

export { type GaugeSample, Metrics } from './metrics/metrics';
