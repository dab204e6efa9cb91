import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerResponse } from 'node:http';

// src/http and dist/http both lie two folders below the package.
const PAGE = join(__dirname, '..', '..', 'page');

const files: Readonly<Record<string, readonly [file: string, contentType: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
};

/** The sandbox's own page for people. @returns false when this address is none of its. */
export function servePage(url: string, response: ServerResponse): boolean {
  const [path = ''] = url.split('?', 1);
  const found = Object.hasOwn(files, path) ? files[path] : undefined;
  if (found === undefined) return false;
  const [file, contentType] = found;
  response.writeHead(200, {
    'content-type': contentType,
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
    'cache-control': 'no-cache',
  });
  response.end(readFileSync(join(PAGE, file)));
  return true;
}
