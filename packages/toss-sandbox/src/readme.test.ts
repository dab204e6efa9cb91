import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { switchCatalogue, switchNames } from './switches';

const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');

describe('the README', () => {
  it('has every switch with its positions and what is known', () => {
    const rows = switchNames.map((name) => {
      const { positions, evidence } = switchCatalogue[name];
      return `| \`${name}\` | ${positions.map((position) => `\`${position}\``).join(', ')} | ${evidence} |`;
    });
    const table = /<!-- switches -->\n([^]*)<!-- \/switches -->/.exec(readme)?.[1]?.trim().split('\n') ?? [];
    expect(table.filter((line) => line.startsWith('| `')).map(unpadded)).toEqual(rows.map(unpadded));
  });
});

/** Prettier aligns the columns. */
const unpadded = (row: string) => row.replace(/ +/g, ' ');
