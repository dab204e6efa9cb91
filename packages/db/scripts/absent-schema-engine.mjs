#!/usr/bin/env node
// Stands where Prisma's schema engine would be. It must fail: an engine that exits 0 without a word makes
// `prisma migrate diff` report that there is nothing to do.
console.error(
  'The Prisma schema engine is not installed, so this Prisma command cannot run. `prisma generate` does not need it; ' +
    'migrations are applied by `node dist/cli/migrate.js`. See README.md, "Prisma without its engine".',
);
process.exit(1);
