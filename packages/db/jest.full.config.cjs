// The same as in `npm test` with more orders, 500 in all four kinds of isolation, and the long ones.
process.env.ORDERS_AT_ONCE ??= '125';

module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['**/orders-at-once.int.test.ts', '**/*.full.test.ts'],
};
