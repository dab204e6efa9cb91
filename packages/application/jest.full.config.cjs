// The same walk as in `npm test`, and a longer way.
process.env.INTERLEAVINGS ??= '10000';

module.exports = { ...require('./jest.config.cjs'), testMatch: ['**/interleavings.test.ts'] };
