import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventMessage } from '../src/wire/event-message.js';
import { type JsonValue } from '../src/json/json-value.js';
import { parseJson } from '../src/json/parse-json.js';
import { stringifyJson } from '../src/json/stringify-json.js';

export const packageRoot = join(__dirname, '..');

export interface SampleFile {
  /** Versioned name of the event: `order.placed.v1`. */
  readonly event: string;
  /** `order.placed.v1/full`. */
  readonly name: string;
  /** Content without the white space, as it would travel. */
  readonly json: JsonValue;
  readonly message: EventMessage;
}

/** Every golden sample of the package, as a Kafka message. `binary` ones hold headers and value apart. */
export function sampleFiles(): readonly SampleFile[] {
  const samples = join(packageRoot, 'samples');
  return readdirSync(samples).flatMap((event) =>
    readdirSync(join(samples, event)).map((file) => {
      const json = parseJson(readFileSync(join(samples, event, file), 'utf8'));
      return { event, name: `${event}/${file.replace('.json', '')}`, json, message: messageOf(json) };
    }),
  );
}

function messageOf(json: JsonValue): EventMessage {
  const { headers, value } = json as { headers?: Record<string, string>; value?: JsonValue };
  if (headers === undefined) return { value: Buffer.from(stringifyJson(json)) };
  return {
    value: Buffer.from(stringifyJson(value ?? null)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
  };
}
