import {
  type FollowHintsUseCase,
  type CarryOutRefundsUseCase,
  type ReadBooksUseCase,
  type SettleAttemptsUseCase,
} from '@koosco/payment-application';
import { type Database } from '@koosco/payment-db';
import { type KafkaClient } from '@koosco/payment-kafka';
import { type Metrics } from '@koosco/payment-telemetry';
import { type HealthChecks, type WorkerParts } from '@koosco/payment-worker';
import { type TossGateways } from '@koosco/toss-client/gateway';
import { type InjectionToken } from 'tsyringe';
import { type AuditRound } from './audit-round';
import { type Forgetting } from './forgetting';
import { type RelayMetrics } from './relay-metrics';

const token = <T>(name: string) => Symbol(name) as InjectionToken<T>;

export const tokens = {
  metrics: token<Metrics>('Metrics'),
  relayMetrics: token<RelayMetrics>('RelayMetrics'),
  health: token<HealthChecks>('HealthChecks'),
  database: token<Database>('Database'),
  kafka: token<KafkaClient>('Kafka'),
  worker: token<WorkerParts>('Worker'),
  gateways: token<TossGateways>('TossGateways'),
  followHints: token<FollowHintsUseCase>('FollowHints'),
  auditRound: token<AuditRound>('AuditRound'),
  forgetting: token<Forgetting>('Forgetting'),
  readBooks: token<ReadBooksUseCase>('ReadBooks'),
  carryOutRefunds: token<CarryOutRefundsUseCase>('CarryOutRefunds'),
  settleAttempts: token<SettleAttemptsUseCase>('SettleAttempts'),
};
