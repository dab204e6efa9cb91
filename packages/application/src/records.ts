// What can be said of an order's records without a use case: one who only reads waits for nothing else to load.
export { differencesWithin, won } from './audit/differences-within';
export { pgOrderIdOf } from './read/pg-order-id-of';
