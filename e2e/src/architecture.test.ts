import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'concepts', 'architecture.md');

interface Room {
  readonly folder: string;
  readonly name: string;
  readonly imports: readonly string[];
}

// That a package imports what it declares, and declares what it imports, is what knip and dependency-cruiser check.
it('the picture of the rooms shows what each of them imports, and nothing else', () => {
  const rooms = ['apps', 'packages'].flatMap((floor) =>
    readdirSync(join(ROOT, floor)).map((folder): Room => {
      const manifest = JSON.parse(readFileSync(join(ROOT, floor, folder, 'package.json'), 'utf8')) as {
        name: string;
        dependencies?: Readonly<Record<string, string>>;
      };
      return { folder, name: manifest.name, imports: Object.keys(manifest.dependencies ?? {}) };
    }),
  );
  const folderOf = new Map(rooms.map(({ name, folder }) => [name, folder]));
  const built = rooms.map(({ folder, imports }) => {
    const others = imports.flatMap((name) => folderOf.get(name) ?? []).sort();
    return others.length === 0 ? folder : `${folder} --> ${others.join(' & ')}`;
  });
  const [, picture = ''] = /```mermaid\nflowchart LR\n(.*?)```/s.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
  const drawn = picture
    .trim()
    .split('\n')
    .map((line) => line.trim());
  // A room that imports none of the others is drawn where somebody imports it.
  const isDrawn = (line: string) =>
    drawn.includes(line) || drawn.some((other) => other.split(/ --> | & /).includes(line));
  expect(built.filter((line) => !isDrawn(line))).toEqual([]);
  expect(drawn.filter((line) => !built.includes(line))).toEqual([]);
});

const FILES_MAX = 15;
const MAIN_LINES_MAX = 20;

describe('the house', () => {
  const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const linesOf = (file: string) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;

  it(`has no folder with more than ${FILES_MAX} files beside each other, but its own and the numbered decisions`, () => {
    const folders = new Map<string, number>();
    for (const folder of files.map(dirname)) folders.set(folder, (folders.get(folder) ?? 0) + 1);
    const isList = (folder: string) => folder === '.' || folder === 'docs/adr';
    const tooFull = [...folders].filter(([folder, count]) => !isList(folder) && count > FILES_MAX);
    expect(tooFull).toEqual([]);
  });

  it('has no room that is a quarter of it', () => {
    const production = files.filter((file) => /\.(ts|mjs)$/.test(file) && !/\.test\.ts$|\/(test|testing)\//.test(file));
    const rooms = new Map<string, number>();
    let all = 0;
    for (const file of production) {
      const room = file.split('/').slice(0, 2).join('/');
      const lines = linesOf(file);
      all += lines;
      rooms.set(room, (rooms.get(room) ?? 0) + lines);
    }
    expect([...rooms].filter(([, lines]) => lines > all / 4)).toEqual([]);
  });

  // knip takes what an index exports for used. Two rooms are made to be used by others than this house.
  it('exports nothing that nobody imports', () => {
    const forOthers = /^packages\/(contracts|toss-client\/src\/client)\//;
    const code = files
      .filter((file) => /\.(ts|mjs)$/.test(file))
      .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
    const indexes = code.filter(({ file }) =>
      /^(packages\/[^/]+|infra\/(?:local|observability))\/src\/(.+\/)?index\.ts$/.test(file),
    );
    const unused = indexes.flatMap(({ file, text }) => {
      const room = file.slice(0, file.indexOf('src/'));
      const { name } = JSON.parse(readFileSync(join(ROOT, room, 'package.json'), 'utf8')) as { name: string };
      const users = code.filter((other) => !other.file.startsWith(`${room}src/`) && other.text.includes(name));
      const exported = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names = '']) =>
        names.split(','),
      );
      return exported
        .map((one) => one.replace(/^\s*type |.* as /, '').trim())
        .filter((one) => one !== '' && !users.some((user) => new RegExp(`\\b${one}\\b`).test(user.text)))
        .map((one) => `${file}: ${one}`);
    });
    expect(indexes.length).toBeGreaterThan(12);
    expect(unused.filter((line) => !forOthers.test(line))).toEqual([]);
  });

  it('has short ways in', () => {
    const mains = files.filter((file) => /^apps\/[^/]+\/src\/main\.ts$/.test(file));
    expect(mains.length).toBeGreaterThanOrEqual(4);
    expect(mains.filter((file) => linesOf(file) > MAIN_LINES_MAX)).toEqual([]);
  });
});
