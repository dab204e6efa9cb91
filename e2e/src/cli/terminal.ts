import { styleText } from 'node:util';
import { type WriteStream } from 'node:tty';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';
export type Styled = (style: Style, text: string) => string;

/** Whether people look at this stream: then lines may be rewritten. */
export function isLive(stream: NodeJS.WriteStream): stream is WriteStream & NodeJS.WriteStream {
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}

/** Colours where the stream shows them and NO_COLOR does not forbid them; elsewhere the text as it is. */
export function styledFor(stream: NodeJS.WriteStream): Styled {
  if (!isLive(stream) || !stream.hasColors()) return (_style, text) => text;
  // Left to itself it looks at standard output, whichever stream this is.
  return (style, text) => styleText(style, text, { validateStream: false });
}

/**
 * Tells what is going on, with the seconds since the beginning. A passing line is rewritten by what follows it on a
 * terminal, and is left out elsewhere.
 */
export class Narrator {
  readonly #startedAt = Date.now();
  readonly #styled: Styled;
  #isPassing = false;

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.#styled = styledFor(stream);
  }

  readonly tell = (line: string): void => {
    this.#write(line, '\n');
  };

  readonly tellInPassing = (line: string): void => {
    if (isLive(this.stream)) this.#write(line, '');
  };

  #write(line: string, end: '\n' | ''): void {
    const seconds = ((Date.now() - this.#startedAt) / 1_000).toFixed(0).padStart(3);
    // Carriage return, then erase to the end of the line.
    const begin = this.#isPassing ? '\r\x1b[K' : '';
    this.stream.write(`${begin}${this.#styled('dim', `[${seconds} s]`)} ${line}${end}`);
    this.#isPassing = end === '';
  }
}
