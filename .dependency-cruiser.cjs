/** Imports point inward. One rule a line of docs/concepts/architecture.md; each says why it exists. */
const within = (path) => ({ path: `^${path}/` });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea in two places.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'Money rules are decided without a clock, a database, a library or an environment.',
      severity: 'error',
      from: { path: '^packages/domain/src', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^packages/domain/src' },
    },
    {
      name: 'contracts-is-a-leaf',
      comment: 'Another team installs it: nothing of ours, no framework.',
      severity: 'error',
      from: { path: '^packages/contracts/src', pathNot: '[.]test[.]ts$' },
      to: { path: '^(packages/(?!contracts)|apps|e2e|infra)|node_modules' },
    },
    {
      name: 'application-knows-domain-and-contracts-only',
      comment: 'Use cases speak to ports; adapters come from outside.',
      severity: 'error',
      // The conformance suite is a test that other packages run.
      from: { path: '^packages/application/src', pathNot: '([.]test[.]ts$|/src/testing/conformance/)' },
      to: { path: '^(packages/(?!application|domain|contracts)|apps|e2e|infra)|node_modules' },
    },
    {
      name: 'db-points-inward',
      severity: 'error',
      comment: 'The database adapter implements ports of the application; it knows no worker and no vendor.',
      from: { path: '^packages/db/src', pathNot: '[.]test[.]ts$' },
      to: { path: '^(packages/(?!db|application|domain|contracts)|apps|e2e|infra)' },
    },
    {
      name: 'toss-client-speaks-vendor-only',
      severity: 'error',
      comment: 'The client could be published alone; only the gateway knows our words.',
      from: { path: '^packages/toss-client/src/client', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/(?!toss-client/src/client)' },
    },
    {
      name: 'toss-sandbox-runs-alone',
      severity: 'error',
      comment: 'It stands for somebody else: sharing code with us would share our mistakes.',
      from: { path: '^packages/toss-sandbox/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(packages/(?!toss-sandbox)|apps|e2e|infra)' },
    },
    {
      name: 'toss-conformance-stands-outside',
      comment: 'It examines what claims to be Toss, and must not believe it.',
      severity: 'error',
      from: within('packages/toss-conformance'),
      to: { path: '^(packages/(?!toss-conformance)|apps|e2e|infra)' },
    },
    {
      name: 'telemetry-is-a-leaf',
      severity: 'error',
      comment: 'Everything logs and counts; it serves, it does not decide.',
      from: within('packages/telemetry'),
      to: { path: '^(packages/(?!telemetry)|apps|bench|e2e|infra)' },
    },
    {
      name: 'worker-knows-nothing-of-payments',
      severity: 'error',
      comment: 'It gives a process its life, whatever the process does.',
      from: within('packages/worker'),
      to: { path: '^(packages/(?!worker|telemetry)|apps|bench|e2e|infra)' },
    },
    {
      name: 'apps-do-not-meet',
      severity: 'error',
      comment: 'Three deployables, scaled apart: what two of them need lives in a package.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/(?!$1/)' },
    },
    {
      name: 'demo-shop-for-development-only',
      severity: 'error',
      comment: 'It asks nobody who they are and kills what it is told to: no image of a worker may have it.',
      from: { path: '^(apps/(?!demo-shop/)|packages|infra|bench)' },
      to: { path: '^apps/demo-shop/' },
    },
    {
      name: 'observability-beside-the-workers',
      severity: 'error',
      comment: 'It watches them from outside: no image of a worker may have it.',
      from: { path: '^(apps|packages|bench|infra/local)/' },
      to: { path: '^infra/observability/' },
    },
    {
      name: 'packages-do-not-import-apps',
      severity: 'error',
      comment: 'The arrow points from deployable to package.',
      from: within('packages'),
      to: { path: '^(apps|bench|e2e)/' },
    },
    {
      name: 'tsyringe-in-the-composition-root-only',
      severity: 'error',
      comment: 'Classes take what they need in the constructor and never see a container.',
      from: { path: '^(apps|packages|bench|e2e|infra)/', pathNot: '^apps/[^/]+/src/(composition-root|tokens)[.]ts$' },
      to: { path: 'node_modules/(tsyringe|reflect-metadata)/' },
    },
    {
      name: 'express-in-http-adapters-only',
      severity: 'error',
      comment: 'HTTP stays at the edge.',
      from: {
        path: '^(apps|packages)/',
        pathNot: '^(apps/(confirm-api|demo-shop)/src/adapters/http/|packages/worker/src/ops-server)',
      },
      to: { path: 'node_modules/express/' },
    },
    {
      name: 'generated-prisma-inside-db-only',
      severity: 'error',
      comment: 'The rest of the code speaks to ports.',
      from: { pathNot: '^packages/db/' },
      to: { path: '(^packages/db/src/generated|node_modules/@prisma/)' },
    },
    {
      name: 'kafkajs-in-adapters-only',
      severity: 'error',
      comment: 'kafkajs is unmaintained since 2024: it stays behind ports, so that it can be replaced.',
      from: {
        path: '^(apps|packages)/',
        pathNot:
          '(^packages/kafka/|^apps/[^/]+/src/adapters/kafka|^apps/[^/]+/test/|[.]test[.]ts$|/src/testing/|^packages/contracts/test/)',
      },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'testing-never-from-production',
      severity: 'error',
      comment: 'Fakes are for tests.',
      from: { path: '^(apps|packages)/[^/]+/src/', pathNot: '([.]test[.]ts$|/src/testing/)' },
      to: { path: '/(src|dist)/testing/' },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      comment: 'A package that is not in package.json is there by accident.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: '(node_modules|/dist/)' },
    exclude: { path: '(/dist/|/generated/|[.]turbo|[.]local)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'require', 'node', 'default'] },
  },
};
