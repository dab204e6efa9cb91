export { freshDatabase, type FreshDatabase } from './fresh-database';
export { countRoundTrips, type RoundTripCounter } from './round-trips';
