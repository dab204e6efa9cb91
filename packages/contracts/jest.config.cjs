module.exports = {
  ...require('../../jest.preset.cjs'),
  roots: ['<rootDir>/src', '<rootDir>/test'],
  // ESM wants the extension that will be there after the build.
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // The example imports the package as its readers do.
    '^@koosco/payment-contracts$': '<rootDir>/src/index',
  },
};
