import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/.turbo/', '.local/', '**/src/generated/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A promise nobody waits for is a payment nobody finishes.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A class that only holds a named error or a namespace of factories is fine with us.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // express hands out its request, an IncomingMessage by prototype, under a type of its own.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  {
    // Infinity loops, casts of foreign JSON and assertions on it are what tests are made of.
    files: ['**/*.test.ts', '**/test/**', '**/testing/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: [
      '**/config.ts',
      '**/*.test.ts',
      '**/test/**',
      'infra/**',
      'bench/**',
      'e2e/**',
      '**/scripts/**',
      'packages/db/prisma.config.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // One way to send requests, so that every answer that a test sees is held against the OpenAPI document.
    files: ['apps/confirm-api/**/*.ts'],
    ignores: ['apps/confirm-api/test/call-api.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Tests call the API through call-api.ts.' }],
    },
  },
  {
    // Programs that talk to the person who started them.
    files: [
      'infra/**',
      'e2e/**',
      '**/scripts/**',
      'bench/**',
      '**/cli.ts',
      'packages/toss-sandbox/src/main.ts',
      'packages/toss-conformance/src/main.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
