export { runWorker, startWorker, type WorkerDefinition, type WorkerParts } from './run-worker';
export { type Dependency, type Duty, untilAborted } from './duties/duty';
export { repeat, type Repetition } from './duties/repeat';
export { repeatedDuty } from './duties/repeated-duty';

export { HealthChecks, type HealthChecksOptions } from './health/health-checks';
export { type HealthCheck, type HealthCheckResult } from './health/health-check';
export { type HealthReport } from './health/health-report';
export { actuatorRouter, type ActuatorOptions } from './ops-server/actuator-router';
export { startOpsServer, type OpsServerOptions } from './ops-server/start-ops-server';
export { type OpsServer } from './ops-server/ops-server';

export { Lifecycle, type LifecycleOptions } from './lifecycle';
export { type ShutdownOutcome } from './shutdown-outcome';
export { parseEnvironment, workerVariables } from './parse-environment';
export { systemClock } from './system-clock';
export { waitFor, type WaitForOptions } from './duties/wait-for';
export { backOffDelayMs, type BackOff } from './duties/back-off';
