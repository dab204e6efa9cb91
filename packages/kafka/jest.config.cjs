module.exports = {
  ...require('../../jest.preset.cjs'),
  // One real broker for the whole run; each test has topics and groups of its own on it.
  globalSetup: '<rootDir>/test/start-kafka.ts',
  globalTeardown: '<rootDir>/test/stop-kafka.ts',
};
