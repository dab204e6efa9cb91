import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the bill of materials', () => {
  const text = execFileSync(process.execPath, [join(ROOT, 'infra', 'supply', 'sbom.mjs')], { encoding: 'utf8' });
  const bom = JSON.parse(text) as { components: { name: string; hashes?: object[] }[] };
  const names = new Set(bom.components.map(({ name }) => name));

  it('is CycloneDX by its own schema', () => {
    const schemas = join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res', 'schema');
    const schema = (name: string) =>
      JSON.parse(readFileSync(join(schemas, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
    ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
    const validate = ajv.compile(schema('bom-1.6'));
    validate(bom);
    expect(validate.errors).toBeNull();
  });

  it('has what the workers import, and nothing that only builds or tests them', () => {
    for (const app of ['confirm-api', 'order-consumer', 'outbox-relay', 'payctl']) {
      const { dependencies } = JSON.parse(read(`apps/${app}/package.json`)) as { dependencies: Record<string, string> };
      const others = Object.keys(dependencies).filter((name) => !name.startsWith('@koosco/'));
      expect(others.filter((name) => !names.has(name))).toEqual([]);
    }
    expect(['jest', 'turbo', 'eslint', 'playwright-core', '@swc/core'].filter((name) => names.has(name))).toEqual([]);
  });

  it('has a checksum of each', () => {
    expect(bom.components.filter(({ hashes }) => hashes === undefined)).toEqual([]);
  });
});

describe('what an installation may do', () => {
  it('runs no script of a package: whoever needs one is named here, with why', () => {
    const workspace = read('pnpm-workspace.yaml');
    expect(workspace).toMatch(/^onlyBuiltDependencies: \[\]$/m);
    expect(workspace).not.toMatch(/dangerouslyAllowAllBuilds|neverBuiltDependencies|^allowBuilds/m);
    const manifests = execFileSync('git', ['ls-files', '*package.json'], { cwd: ROOT, encoding: 'utf8' })
      .trim()
      .split('\n');
    for (const manifest of manifests) expect(read(manifest)).not.toMatch(/"(pre|post)?install"|"prepare"|"pnpm":/);
    expect(read('.npmrc')).toBe('save-exact=true\n');
  });

  it('takes one version of each package, without a range', () => {
    const [, catalog = ''] = /^catalog:\n((?: {2}.*\n)+)/m.exec(read('pnpm-workspace.yaml')) ?? [];
    const versions = catalog
      .trim()
      .split('\n')
      .map((line) => line.split(': ')[1]);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version ?? ''))).toEqual([]);
    expect(versions.length).toBeGreaterThan(30);
  });
});

describe('the workflow', () => {
  const workflow = read('.github/workflows/ci.yml');

  it('runs what .ci/run runs, on the oldest Node that is promised, with the history that the test of upgrades needs', () => {
    expect(workflow).toMatch(/^ {6}- run: \.ci\/run$/m);
    expect(workflow).toMatch(/fetch-depth: 0/);
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${read('.nvmrc').trim()}`);
    expect(workflow).toMatch(/node-version-file: \.nvmrc/);
  });
});
