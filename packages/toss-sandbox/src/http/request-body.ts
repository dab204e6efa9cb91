import { type IncomingMessage } from 'node:http';

const bodyBytesMax = 1 << 20;

export class BodyTooLarge extends Error {}

export class SenderGone extends Error {}

/** The whole body as text; rejects with BodyTooLarge above 1 MiB, with SenderGone when the sender leaves half-way. */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyBytesMax) reject(new BodyTooLarge(`A body may have ${bodyBytesMax} bytes`));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? ''));
    request.on('error', (error) => reject(new SenderGone('The connection broke', { cause: error })));
    request.on('aborted', () => reject(new SenderGone('The sender went away')));
  });
}

/** The parsed JSON, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
