export { runWorker, startWorker, type WorkerParts } from './run-worker';
export { type Duty, untilAborted } from './duties/duty';
export { repeat } from './duties/repeat';
export { repeatedDuty } from './duties/repeated-duty';

export { HealthChecks } from './health/health-checks';
export { type HealthCheckResult } from './health/health-check';
export { actuatorRouter } from './ops-server/actuator-router';

export { Lifecycle, SHUTDOWN_DEADLINE_MS } from './lifecycle';
export { parseEnvironment, workerVariables } from './parse-environment';
export { systemClock } from './system-clock';
export { waitFor } from './duties/wait-for';
export { backOffDelayMs } from './duties/back-off';
