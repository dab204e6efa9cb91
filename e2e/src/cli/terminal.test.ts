import { describe, expect, it } from '@jest/globals';
import { Narrator, styledFor } from './terminal';

/** A stream that keeps what is written; a terminal shows colours unless NO_COLOR keeps it from that. */
function stream(kind: { isTTY: boolean; colours?: boolean }) {
  const written: string[] = [];
  const fake = {
    isTTY: kind.isTTY,
    hasColors: () => kind.colours ?? true,
    write: (text: string) => written.push(text) > 0,
  };
  return { fake: fake as unknown as NodeJS.WriteStream, text: () => written.join('') };
}

describe('styledFor', () => {
  it('colours for a terminal that shows colours, and for nothing else', () => {
    expect(styledFor(stream({ isTTY: true }).fake)('green', 'up')).toBe('\u001b[32mup\u001b[39m');
    expect(styledFor(stream({ isTTY: true, colours: false }).fake)('green', 'up')).toBe('up');
    expect(styledFor(stream({ isTTY: false }).fake)('green', 'up')).toBe('up');
  });
});

describe('the narrator', () => {
  it('rewrites a passing line on a terminal, and ends it before the next', () => {
    const { fake, text } = stream({ isTTY: true, colours: false });
    const narrator = new Narrator(fake);
    narrator.tellInPassing('1 of 2');
    narrator.tellInPassing('2 of 2');
    narrator.tell('done');
    expect(text()).toBe('[  0 s] 1 of 2\r\u001b[K[  0 s] 2 of 2\r\u001b[K[  0 s] done\n');
  });

  it('tells nobody in passing who reads a file afterwards', () => {
    const { fake, text } = stream({ isTTY: false });
    const narrator = new Narrator(fake);
    narrator.tellInPassing('1 of 2');
    narrator.tell('done');
    expect(text()).toBe('[  0 s] done\n');
  });
});
