export { FakeClock } from './fake-clock';
export { FakePaymentGateway, type GatewayStep } from './fake-payment-gateway';
export { InMemoryDatabase, type InMemoryTables } from './in-memory-database';
export { SequentialIds } from './sequential-ids';
