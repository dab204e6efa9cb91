export { FakeClock } from './fake-clock';
export { FakePaymentGateway, type GatewayStep } from './fake-payment-gateway';
export { InMemoryDatabase } from './in-memory-database';
export { type InMemoryTables } from './in-memory-tables';
export { SequentialIds } from './sequential-ids';
