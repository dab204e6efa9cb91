module.exports = {
  ...require('../../jest.preset.cjs'),
  // One real MariaDB for the whole run; each test file makes itself a database on it.
  globalSetup: '<rootDir>/test/start-mariadb.ts',
  globalTeardown: '<rootDir>/test/stop-mariadb.ts',
};
