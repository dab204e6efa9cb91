import { spawn } from 'node:child_process';
import { once } from 'node:events';

// The end of a tool's output is where it says what went wrong.
const SHOWN_LINES = 30;

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the tool when aborted. */
  readonly signal?: AbortSignal;
  /** In a process group of its own, which Ctrl-C does not reach. */
  readonly detached?: boolean;
}

/** Runs a tool and resolves with its output. @throws Error with the end of its output when it fails. */
export async function runQuietly(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const text = Buffer.concat(output).toString('utf8');
  if (code === 0) return text;
  const end = text.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  throw new Error(`${command} ${args.join(' ')} failed (${signal ?? `exit code ${String(code)}`}):\n${end}`);
}
