import { describe, expect, it } from '@jest/globals';
import { tossClientConfig } from '@koosco/toss-client/client';
import { tossSettingsOf, tossVariables } from '@koosco/toss-client/gateway';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const APPS = join(__dirname, '..', '..', '..', 'apps');

/** As zod has them; this needs no more of it. */
type Shape = Readonly<Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }>>;

/** `NAME=` must be given, `#NAME=default` need not; somewhere above each stands why. */
interface Shown {
  readonly name: string;
  readonly isRequired: boolean;
  readonly value: string;
  readonly isExplained: boolean;
}

function shownIn(text: string): readonly Shown[] {
  return text.split('\n\n').flatMap((paragraph) => {
    const lines = paragraph.trim().split('\n');
    const isExplained = /^# \S/.test(lines[0]!);
    return lines.flatMap((line) => {
      const [, hash, name, value] = /^(#?)([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, isRequired: hash === '', value: value!, isExplained }];
    });
  });
}

/** Toss's settings, complete, of a place that has these and nothing else. */
function tossOf(env: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    tossClientConfig(tossSettingsOf({ NODE_ENV: 'staging', TOSS_SECRET_KEY: 'test_gsk_any', ...env })),
  );
}

describe.each([
  ['confirm-api', tossVariables],
  ['order-consumer', []],
  ['outbox-relay', tossVariables],
  ['payctl', tossVariables],
])('the .env.example of %s', (app, toss) => {
  const shown = shownIn(readFileSync(join(APPS, app, '.env.example'), 'utf8'));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a worker is no library: it exports nothing to import
  const { variables } = require(join(APPS, app, 'dist', 'config.js')) as { variables: { shape: Shape } };

  it('has every variable, each once, and no other', () => {
    const known = [...Object.keys(variables.shape), ...toss];
    expect(shown.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  it('says why', () => {
    expect(shown.filter(({ isExplained }) => !isExplained)).toEqual([]);
  });

  it('tells what must be given, and the defaults of the rest', () => {
    for (const { name, isRequired, value } of shown) {
      const variable = variables.shape[name];
      if (variable === undefined) {
        expect({ name, isRequired }).toEqual({ name, isRequired: name === 'TOSS_SECRET_KEY' });
        if (!isRequired && value !== '')
          expect({ name, toss: tossOf({ [name]: value }) }).toEqual({ name, toss: tossOf({}) });
        continue;
      }
      const unset = variable.safeParse(undefined);
      expect({ name, isRequired }).toEqual({ name, isRequired: !unset.success });
      if (isRequired) continue;
      const hasDefault = unset.data !== undefined;
      if (hasDefault) expect({ name, ...variable.safeParse(value) }).toEqual({ name, ...unset });
      else expect({ name, value }).toEqual({ name, value: '' });
    }
  });
});
