// `npm run sbom [FILE]` writes what is shipped as a CycloneDX bill of materials, to FILE or to its output. The same lockfile
// gives the same bytes: no serial number, no time.
import { readFileSync, writeFileSync } from 'node:fs';
import { ROOT } from '../run/step.mjs';
import { shippedPackages } from './shipped-packages.mjs';

const { name, version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));

const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': purlOf(name, version), name, version } },
  components: shippedPackages().map(componentOf),
};
const text = `${JSON.stringify(bom, null, 2)}\n`;
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);

function componentOf(shipped) {
  const purl = purlOf(shipped.name, shipped.version);
  return {
    type: 'library',
    'bom-ref': purl,
    name: shipped.name,
    version: shipped.version,
    ...(shipped.integrity && { hashes: [hashOf(shipped.integrity)] }),
    // An expression as SPDX has it; what is none is shown as its author wrote it.
    licenses: [
      / and /.test(shipped.license) ? { license: { name: shipped.license } } : { license: { id: shipped.license } },
    ],
    purl,
  };
}

/** An integrity says its algorithm and base64; CycloneDX wants hexadecimal digits. */
function hashOf(integrity) {
  const [algorithm, digest] = integrity.split(/-(.*)/s);
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(digest, 'base64').toString('hex'),
  };
}

function purlOf(packageName, packageVersion) {
  return `pkg:npm/${packageName.replace('@', '%40')}@${packageVersion}`;
}
