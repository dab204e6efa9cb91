module.exports = { ...require('./jest.config.cjs'), testMatch: ['**/*.full.test.ts'] };
