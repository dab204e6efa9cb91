// Nothing may depend on the time zone of the process: in UTC a date that is read in it looks right.
process.env.TZ = 'Asia/Seoul';

module.exports = {
  ...require('../../jest.preset.cjs'),
  // One real MariaDB for the whole run; each test file makes itself a database on it.
  globalSetup: '<rootDir>/test/start-mariadb.ts',
  globalTeardown: '<rootDir>/test/stop-mariadb.ts',
  // Some files set what the whole server has once: its isolation, its time zone, the log of its statements.
  maxWorkers: 1,
};
