export { FakeClock } from './fake-clock';
export { FakePaymentGateway } from './fake-payment-gateway';
export { FakeRefundGateway } from './fake-refund-gateway';
export { InMemoryDatabase } from './in-memory/in-memory-database';
export { type InterleavingWorld, type ProcessTime, type Way } from './interleaving/interleaving-world';
export { type OrderRecords } from './interleaving/order-records';
export { paymentWorker, type PaymentWorker, type PlacedOrder, type WorkerGateways } from './payment-worker';
export { SeededSchedule } from './interleaving/seeded-schedule';
export { SequentialIds } from './sequential-ids';
