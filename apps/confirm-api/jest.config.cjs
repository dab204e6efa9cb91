module.exports = {
  ...require('../../jest.preset.cjs'),
  // One real MariaDB for the whole run; each test file makes itself a database on it.
  globalSetup: '<rootDir>/test/start-mariadb.ts',
  globalTeardown: '<rootDir>/test/stop-mariadb.ts',
  // The longest file waits for outages to be noticed; the others need not wait for it.
  maxWorkers: 2,
};
