import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

const PUBLIC = join(__dirname, '..', 'public');

const source = (file: string) => readFileSync(join(PUBLIC, file), 'utf8');

/** The page is plain modules of the browser, which nothing here can import: its messages are read as it would. */
const messages = runInNewContext(
  source('page/messages.js').replace('export const messages', 'this.messages'),
) as Readonly<Record<'en' | 'ko', Readonly<Record<string, string>>>>;

it('every text of the page is there in both languages, with the same values in it', () => {
  const valuesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  const shape = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, valuesIn(text)]));
  expect(shape(messages.ko)).toEqual(shape(messages.en));
});

it('every text that the page asks for by name is there', () => {
  const modules = readdirSync(PUBLIC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const asked = modules.flatMap((file) => [...source(file).matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key ?? ''));
  expect(asked.length).toBeGreaterThan(20);
  expect([...new Set(asked)].filter((key) => !Object.hasOwn(messages.en, key))).toEqual([]);
});
