import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLive, styled } from './terminal.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// Tools say why they failed at the end of what they print.
const SHOWN_LINES = 60;
// Often enough to show that it lives, seldom enough for a log of CI.
const SIGN_OF_LIFE_MS = 10_000;
const LOOK_INTERVAL_MS = 1_000;
const SHELLS = ['sh', 'dash', 'bash', 'zsh'];
// How long a tool that was told to end may take over it.
const END_GRACE_MS = 5_000;

/** @param exitCode what the command then ends with. */
export class StepFailure extends Error {
  name = 'StepFailure';

  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a tool quietly behind a line with the elapsed time; its output goes to .local/logs/<log>.log. Resolves with
 * that output, or rejects with a StepFailure after showing its end. A tool that takes longer than `limitMinutes` is ended.
 */
export async function step(title, log, command, args, { env = process.env, limitMinutes } = {}) {
  const { code, output, logFile, seconds, ending } = await quietly(title, log, command, args, env, limitMinutes);
  if (ending?.signal !== undefined) throw new StepFailure(`${title}: interrupted`, 128 + SIGNAL_NUMBERS[ending.signal]);
  if (code === 0) return output;
  console.error(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));
  const how = ending === undefined ? `failed after ${seconds} s` : `not done within ${limitMinutes} minutes, and ended`;
  throw new StepFailure(`${title}: ${how}; all of its output is in ${relative(ROOT, logFile)}`);
}

/** The same for a tool whose failure the caller wants to judge: resolves with its exit code, and whether time was up. */
export async function attempt(title, log, command, args, { env = process.env, limitMinutes } = {}) {
  const done = await quietly(title, log, command, args, env, limitMinutes);
  const { signal } = done.ending ?? {};
  if (signal !== undefined) throw new StepFailure(`${title}: interrupted`, 128 + SIGNAL_NUMBERS[signal]);
  return { ...done, isTimeUp: done.ending !== undefined };
}

/** `ending` is there when the tool did not end by itself: `{ signal }` when we were told to end, `{}` when time was up. */
async function quietly(title, log, command, args, env, limitMinutes) {
  const logFile = join(ROOT, '.local', 'logs', `${log}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const file = createWriteStream(logFile);
  const progress = new Progress(title);
  // In a group of its own, to be ended as one: turbo, told alone to end, first waits for all that it has begun.
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let ending;
  const stopForwarding = endTogether(child, (signal) => {
    ending = { signal };
    end(child);
  });
  const limit =
    limitMinutes === undefined ? undefined : setTimeout(() => end(child, (ending = {})), limitMinutes * 60_000);
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      file.write(chunk);
    });
  }
  const code = await exitCodeOf(child);
  clearTimeout(limit);
  stopForwarding();
  file.end();
  progress.end(ending?.signal !== undefined ? 'interrupted' : code === 0 ? 'done' : 'failed');
  return { code, output: Buffer.concat(chunks).toString('utf8'), logFile, seconds: progress.seconds(), ending };
}

/** Ends a tool with all that it has started. */
function end(child) {
  const tellGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It is gone, or never was.
    }
  };
  tellGroup('SIGTERM');
  setTimeout(() => tellGroup('SIGKILL'), END_GRACE_MS).unref();
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
 * Lets the child end first when this process is told to end, or when whoever started it is gone. `tell` tells the child,
 * by the signal's name. Returns how to undo it.
 */
export function endTogether(child, tell = (signal) => tellOnce(child, signal)) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, tell);
  // npm may be killed without a chance to tell us.
  const starters = startersOf(process.pid);
  const watch = setInterval(() => {
    if (startersOf(process.pid).join() !== starters.join()) tell('SIGTERM');
  }, LOOK_INTERVAL_MS);
  watch.unref();
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, tell);
  };
}

/** Ctrl-C in a terminal reaches the child by itself, as one of the foreground group. */
function tellOnce(child, signal) {
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  child.kill(signal);
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

/**
 * One line on a terminal, rewritten each second; elsewhere a line at the start, at the end and every ten seconds. On
 * standard error: standard output is for what a command was asked for.
 */
class Progress {
  constructor(title) {
    this.title = title;
    this.startedAt = Date.now();
    this.stream = process.stderr;
    this.live = isLive(this.stream);
    if (this.live) this.rewrite('');
    else console.error(`${title} …`);
    const show = () => (this.live ? this.rewrite('') : console.error(`${title} … ${this.seconds()} s`));
    this.timer = setInterval(show, this.live ? 1_000 : SIGN_OF_LIFE_MS);
    this.timer.unref();
  }

  seconds() {
    return ((Date.now() - this.startedAt) / 1000).toFixed(1);
  }

  end(result) {
    clearInterval(this.timer);
    const style = result === 'done' ? 'green' : 'red';
    if (this.live) this.rewrite(`${styled(this.stream, style, result)}\n`);
    else console.error(`${this.title}: ${result} (${this.seconds()} s)`);
  }

  rewrite(suffix) {
    this.stream.write(`\r\x1b[2K${this.title} … ${this.seconds()} s ${suffix}`);
  }
}
