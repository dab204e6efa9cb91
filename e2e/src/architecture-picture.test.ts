import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
