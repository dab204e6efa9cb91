export { createLogger, type LoggerOptions } from './create-logger';
export { logEach } from './log-each';
export { type Logger } from './logger';
export { LOG_LEVELS, type LogLevel } from './log-level';
export { currentCorrelationId, withCorrelationId } from './correlation-id';
export { maskPaymentKey } from './mask-payment-key';
export { maskSecrets } from './mask-secrets';
export { describeError, type ErrorDescription } from './describe-error';

export { createMetrics } from './create-metrics';
export { type GaugeSample, Metrics } from './metrics';
export { type MetricDefinition } from './metric-definition';
export { type HistogramDefinition } from './histogram-definition';
export {
  IDEMPOTENCY_DUPLICATE_PREVENTED,
  KAFKA_CONSUMER_RECORDS_CONSUMED,
  PAYMENT_APPROVED,
  PAYMENT_CREATED,
} from './payment-metrics';

export { HealthChecks, type HealthChecksOptions } from './health-checks';
export { type HealthCheck, type HealthCheckResult } from './health-check';
export { type HealthReport } from './health-report';
export { actuatorRouter, type ActuatorOptions } from './ops-server/actuator-router';
export { startOpsServer, type OpsServerOptions } from './ops-server/start-ops-server';
export { type OpsServer } from './ops-server/ops-server';

export { Lifecycle, type LifecycleOptions } from './lifecycle';
export { type ShutdownOutcome } from './shutdown-outcome';
export { parseEnvironment, workerVariables } from './parse-environment';
export { systemClock } from './system-clock';
export { waitFor, type WaitForOptions } from './wait-for';
export { backOffDelayMs, type BackOff } from './back-off';
