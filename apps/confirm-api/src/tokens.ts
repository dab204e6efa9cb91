import { type ApprovePaymentUseCase, type CancelPaymentUseCase } from '@koosco/payment-application';
import { type Database } from '@koosco/payment-db';
import { type Metrics } from '@koosco/payment-telemetry';
import { type HealthChecks, type WorkerParts } from '@koosco/payment-worker';
import { type TossGateways } from '@koosco/toss-client/gateway';
import { type InjectionToken } from 'tsyringe';
import { type httpApp } from './adapters/http/server/http-app';
import { type HttpDuty } from './adapters/http/server/http-duty';
import { type Workload } from './adapters/http/server/workload';
import { type DuplicatesPrevented } from './confirm/duplicates-prevented';

const token = <T>(name: string) => Symbol(name) as InjectionToken<T>;

export const tokens = {
  metrics: token<Metrics>('Metrics'),
  health: token<HealthChecks>('HealthChecks'),
  database: token<Database>('Database'),
  gateways: token<TossGateways>('TossGateways'),
  duplicatesPrevented: token<DuplicatesPrevented>('DuplicatesPrevented'),
  approvePayment: token<Pick<ApprovePaymentUseCase, 'execute'>>('ApprovePayment'),
  cancelPayment: token<Pick<CancelPaymentUseCase, 'execute'>>('CancelPayment'),
  workload: token<Workload>('Workload'),
  http: token<HttpDuty>('Http'),
  worker: token<WorkerParts>('Worker'),
  httpApp: token<ReturnType<typeof httpApp>>('HttpApp'),
};
