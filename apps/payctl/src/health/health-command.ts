import { type Streams } from '../command';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { databaseLines } from './database-lines';
import { type HealthLine } from './health-line';
import { kafkaLines } from './kafka-lines';
import { processLines } from './process-lines';

/** `payctl health`. @returns the exit code; what does not answer is a line of its own. */
export async function healthCommand({
  config,
  json,
  print,
}: Streams & { readonly config: Config; readonly json: boolean }): Promise<number> {
  const [processes, database, kafka] = await Promise.all([
    Promise.all(processLines(config)),
    databaseLines(config, () => new Date()),
    kafkaLines(config),
  ]);
  const lines = [...processes, ...database, ...kafka];
  if (json) print(JSON.stringify(lines));
  else for (const line of lines) print(shown(line, Math.max(...lines.map(({ name }) => name.length))));
  if (lines.some(({ state }) => state === 'wrong')) return exitCodes.contradiction;
  return lines.some(({ state }) => state === 'unread') ? exitCodes.unread : exitCodes.fine;
}

const marks = { fine: ' ', wrong: '✗', unread: '?' } as const;

function shown({ name, state, text }: HealthLine, width: number): string {
  return `${marks[state]} ${name.padEnd(width)}  ${text}`;
}
