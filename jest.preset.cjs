// Every package's jest.config.cjs spreads this. Tests are transformed by swc (types are checked by `turbo typecheck`,
// not here); workspace packages are imported from their built dist, exactly as the deployed workers import them.
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src'],
  // The long ones, *.full.test.ts, are for `test:full`.
  testMatch: ['**/!(*.full).test.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      require.resolve('@swc/jest'),
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Node itself can require() these ESM-only packages; Jest's module loader cannot, so they are transformed.
  transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?(jose|uuid)[@/])'],
  injectGlobals: false,
  testTimeout: 60_000,
  // A test that failed leaves open what it was waiting for: its result is wanted, not a process that never ends.
  forceExit: true,
};
