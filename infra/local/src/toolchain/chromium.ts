import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { config } from '../config';

/** Chromium of the machine, under the names that its packagers give it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * A real Chromium: the one that CHROMIUM_PATH names, else the pinned one that an npm package carries (Linux on x86-64), else
 * one on the PATH. @throws Error that says what was tried and how to get one.
 */
export async function startChromium(): Promise<Browser> {
  const tried: string[] = [];
  for await (const executablePath of candidates()) {
    try {
      // As root, as in most containers, Chromium starts without its sandbox only. It shows this project's pages.
      return await chromium.launch({ executablePath, args: ['--no-sandbox', '--headless=shell', '--disable-gpu'] });
    } catch (error) {
      tried.push(`${executablePath}: ${String(error).split('\n').slice(0, 4).join(' ')}`);
    }
  }
  throw new Error(
    [
      'What pages do is tested in a Chromium, and none starts here.',
      ...tried,
      'Install one (Debian: apt-get install chromium; Ubuntu: snap install chromium; macOS: brew install --cask chromium), or',
      'name one: CHROMIUM_PATH=/path/to/chromium npm test',
    ].join('\n'),
  );
}

async function* candidates(): AsyncGenerator<string> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    yield named;
    return;
  }
  if (process.platform === 'linux' && process.arch === 'x64') yield await unpacked();
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    for (const name of NAMES) if (existsSync(join(folder, name))) yield join(folder, name);
  }
}

/** The package carries it compressed; it is unpacked once, and gets its name when it is whole. */
async function unpacked(): Promise<string> {
  const packed = join(packageFolder(), 'bin', 'chromium.br');
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string };
  const path = join(config.localFolder, 'chromium', version, 'chromium');
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(draft, { mode: 0o755 }));
  renameSync(draft, path);
  return path;
}

/** The package lets nobody import its files, only look at them. */
function packageFolder(): string {
  return join(__dirname, '..', '..', 'node_modules', '@sparticuz', 'chromium');
}
