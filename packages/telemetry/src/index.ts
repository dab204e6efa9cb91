export { createLogger } from './logs/create-logger';
export { type LineOfOne, logEach } from './logs/log-each';
export { type Logger } from './logs/logger';
export { LOG_LEVELS, type LogLevel } from './logs/log-level';
export { withCorrelationId } from './correlation-id';
export { maskPaymentKey } from './logs/mask-payment-key';
export { maskSecrets } from './logs/mask-secrets';
export { isError } from './logs/describe-error';

export { type GaugeSample, Metrics } from './metrics/metrics';

export { startTracing, type TracingSettings } from './tracing/start-tracing';
export { databaseTracing } from './tracing/database-tracing';
export { traceFieldsOf, traceParentOf } from './tracing/trace-parent';
export { beginSpan, continueTrace, inOrderTrace, inSpan, isTracing, recordSpan, recordStep } from './tracing/tracing';
