export { createLogger, type LoggerOptions } from './create-logger';
export { logEach } from './log-each';
export { type Logger } from './logger';
export { LOG_LEVELS, type LogLevel } from './log-level';
export { currentCorrelationId, withCorrelationId } from './correlation-id';
export { maskPaymentKey } from './mask-payment-key';
export { maskSecrets } from './mask-secrets';
export { describeError, type ErrorDescription, isError } from './describe-error';

export { createMetrics } from './create-metrics';
export { type GaugeSample, Metrics } from './metrics';
export { type MetricDefinition } from './metric-definition';
export { type HistogramDefinition } from './histogram-definition';
