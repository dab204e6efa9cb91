export { FakeClock } from './fake-clock';
export { FakePaymentGateway, type GatewayStep } from './fake-payment-gateway';
export { FakeRefundGateway, type RefundStep } from './fake-refund-gateway';
export { InMemoryDatabase } from './in-memory-database';
export { type InMemoryTables } from './in-memory-tables';
export { SeededSchedule } from './seeded-schedule';
export { SequentialIds } from './sequential-ids';
