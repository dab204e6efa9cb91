import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// Tools say why they failed at the end of what they print.
const SHOWN_LINES = 60;
// Often enough to show that it lives, seldom enough for a log of CI.
const SIGN_OF_LIFE_MS = 10_000;
const LOOK_INTERVAL_MS = 1_000;
const SHELLS = ['sh', 'dash', 'bash', 'zsh'];

export class StepFailure extends Error {
  name = 'StepFailure';
}

/**
 * Runs a tool quietly behind a line with the elapsed time; its output goes to .local/logs/<log>.log. Resolves with
 * that output, or rejects with a StepFailure after showing its end.
 */
export async function step(title, log, command, args, { env = process.env } = {}) {
  const { code, output, logFile, seconds } = await quietly(title, log, command, args, env);
  if (code === 0) return output;
  console.log(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));
  throw new StepFailure(`${title}: failed after ${seconds} s; all of its output is in ${relative(ROOT, logFile)}`);
}

/** The same for a tool whose failure the caller wants to judge: resolves with its exit code. */
export async function attempt(title, log, command, args, { env = process.env } = {}) {
  return quietly(title, log, command, args, env);
}

async function quietly(title, log, command, args, env) {
  const logFile = join(ROOT, '.local', 'logs', `${log}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const file = createWriteStream(logFile);
  const progress = new Progress(title);
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stopForwarding = endTogether(child);
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      file.write(chunk);
    });
  }
  const code = await exitCodeOf(child);
  stopForwarding();
  file.end();
  progress.end(code === 0 ? 'done' : 'failed');
  return { code, output: Buffer.concat(chunks).toString('utf8'), logFile, seconds: progress.seconds() };
}

/** A child's exit code as a shell would give it: 128 + n for signal n; 127 when it could not be started. */
export function exitCodeOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0)));
  });
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Lets the child end first when this process is told to end, and tells it when this process was told alone. Ctrl-C in a
 * terminal reaches the child by itself, as one of the foreground group. Returns how to undo it.
 */
export function endTogether(child) {
  const forward = (signal) => {
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  // npm may be killed without a chance to tell us.
  const starters = startersOf(process.pid);
  const watch = setInterval(() => {
    if (startersOf(process.pid).join() !== starters.join()) child.kill('SIGTERM');
  }, LOOK_INTERVAL_MS);
  watch.unref();
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, forward);
  };
}

/** Who started a process: its parent, and when that is the shell npm runs a script in, the parent of the shell too. */
function startersOf(pid) {
  const { parent } = lookUp(pid);
  const above = lookUp(parent);
  return SHELLS.includes(above.command) ? [parent, above.parent] : [parent];
}

function lookUp(pid) {
  try {
    if (process.platform === 'linux') {
      const [, command, rest] = /^\d+ \((.*)\) \S (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      return { command, parent: Number(rest.split(' ')[0]) };
    }
    const line = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return { command: basename(line.slice(line.indexOf(' ')).trim()), parent: Number.parseInt(line, 10) };
  } catch {
    return { command: '', parent: 0 };
  }
}

/** One line on a terminal, rewritten each second; elsewhere a line at the start, at the end and every ten seconds. */
export class Progress {
  constructor(title) {
    this.title = title;
    this.startedAt = Date.now();
    this.live = process.stdout.isTTY === true;
    if (this.live) this.rewrite('');
    else console.log(`${title} …`);
    const show = () => (this.live ? this.rewrite('') : console.log(`${title} … ${this.seconds()} s`));
    this.timer = setInterval(show, this.live ? 1_000 : SIGN_OF_LIFE_MS);
    this.timer.unref();
  }

  seconds() {
    return ((Date.now() - this.startedAt) / 1000).toFixed(1);
  }

  end(result) {
    clearInterval(this.timer);
    if (this.live) this.rewrite(`${result}\n`);
    else console.log(`${this.title}: ${result} (${this.seconds()} s)`);
  }

  rewrite(suffix) {
    process.stdout.write(`\r\x1b[2K${this.title} … ${this.seconds()} s ${suffix}`);
  }
}
