import { type CreatePaymentUseCase } from '@koosco/payment-application';
import { type Database } from '@koosco/payment-db';
import { type KafkaClient } from '@koosco/payment-kafka';
import { type Metrics } from '@koosco/payment-telemetry';
import { type HealthChecks, type WorkerParts } from '@koosco/payment-worker';
import { type InjectionToken } from 'tsyringe';
import { type ConsumerMetrics } from './watching/consumer-metrics';

const token = <T>(name: string) => Symbol(name) as InjectionToken<T>;

export const tokens = {
  metrics: token<Metrics>('Metrics'),
  health: token<HealthChecks>('HealthChecks'),
  database: token<Database>('Database'),
  kafka: token<KafkaClient>('Kafka'),
  createPayment: token<CreatePaymentUseCase>('CreatePayment'),
  worker: token<WorkerParts>('Worker'),
  consumerMetrics: token<ConsumerMetrics>('ConsumerMetrics'),
};
