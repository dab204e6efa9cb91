module.exports = {
  ...require('../../jest.preset.cjs'),
  roots: ['<rootDir>/src', '<rootDir>/test'],
  // ESM wants the extension that will be there after the build.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
