import { type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { type z } from 'zod';
import { refusal, type Controlled, type ControlAnswer, type ControlRoute } from '../routes/control-route';
import { parseJson, readBody } from './request-body';

/** Serves the control routes under `/__sim/`. */
export class ControlPlane {
  private readonly routes: readonly { route: ControlRoute; pattern: RegExp }[];

  constructor(
    routes: readonly ControlRoute[],
    private readonly controlled: Controlled,
  ) {
    this.routes = routes.map((route) => ({
      route,
      pattern: new RegExp(`^${route.path.replace(/\{\w+\}/, '([^/]+)').replaceAll('.', '\\.')}$`),
    }));
  }

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (message.url ?? '').split('?', 2);
    const text = await readBody(message);
    await send(response, await this.answer(message.method ?? 'GET', path, { query, text }));
  }

  private async answer(method: string, path: string, by: { query: string; text: string }): Promise<ControlAnswer> {
    for (const { route, pattern } of this.routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const given = by.text.trim() === '' ? {} : parseJson(by.text);
      if (given === undefined) return refusal(400, 'The body is not JSON');
      const { data: body, error } = route.body?.safeParse(given) ?? { data: given };
      if (error !== undefined) return refusal(400, violationOf(error));
      const id = decodeURIComponent(match[1] ?? '');
      return route.handle({ id, query: new URLSearchParams(by.query), body }, this.controlled);
    }
    return refusal(404, `There is no ${method} ${path}; see /__sim/openapi.json`);
  }
}

/** What is wrong, as a sentence that names the place. */
function violationOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${['body', ...path].join('.')}: ${message}`).join('; ');
}

async function send(response: ServerResponse, answer: ControlAnswer): Promise<void> {
  if (answer.kind === 'lines') {
    response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
    await pipeline(Readable.from(inChunks(answer.lines)), response);
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { 'content-type': answer.contentType, 'content-length': body.length });
  response.end(body);
}

/** Lines in pieces of some 64 KiB: a write each would cost more than the ledger itself. */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length >= 65_536) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}
