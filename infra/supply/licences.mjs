// `pnpm run licences` refuses a licence that nobody has looked at, and a document that is not up to date; with --write it
// writes the document.
import { readFileSync, writeFileSync } from 'node:fs';
import { ROOT } from '../run/step.mjs';
import { shippedPackages } from './shipped-packages.mjs';

const DOCUMENT = `${ROOT}/docs/licences.md`;

/** They ask for their own text, and for nothing of ours. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT and ISC',
  'Unlicense',
]);

/** They ask for more, and each was looked at. */
const LOOKED_AT = {
  mariadb: {
    license: 'LGPL-2.1-or-later',
    why: 'the driver is required at run time as its own files, unchanged, and can be replaced in `node_modules`',
  },
};

const packages = shippedPackages();
const problems = packages
  .filter(({ name, license }) => !PERMISSIVE.has(license) && LOOKED_AT[name]?.license !== license)
  .map(({ name, version, license }) => `${name}@${version} is under ${license}, which nobody has looked at`);
for (const name of Object.keys(LOOKED_AT)) {
  if (!packages.some((one) => one.name === name)) problems.push(`${name} is not shipped any more`);
}
const text = documentOf(packages);
if (process.argv.includes('--write')) writeFileSync(DOCUMENT, text);
else if (readFileSync(DOCUMENT, 'utf8') !== text) {
  problems.push('docs/licences.md does not list what is shipped: pnpm run licences --write');
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function documentOf(shipped) {
  const byLicence = new Map();
  for (const one of shipped) byLicence.set(one.license, [...(byLicence.get(one.license) ?? []), one]);
  const sections = [...byLicence]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, ones]) => `## ${licence}\n\n${ones.map(({ name, version }) => `${name} ${version}`).join(', ')}\n`);
  const exceptions = Object.entries(LOOKED_AT).map(
    ([name, { license, why }]) => `- \`${name}\` (${license}): ${why}.\n`,
  );
  return `# Licences of what is shipped

Every package of others that an installation of the three workers and of payctl contains. Written by \`pnpm run licences --write\`;
\`npm run check\` compares it with the lockfile, and refuses a licence that is not permissive unless it was looked at:

${exceptions.join('')}
\`npm run sbom\` lists the same packages as CycloneDX, with their checksums.

${sections.join('\n')}`;
}
