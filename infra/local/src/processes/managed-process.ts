import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { logTail } from './log-tail';
import { identify } from './process-identity';
import { type ProcessSpec } from './process-spec';
import { checkReadiness } from '../servers/readiness';
import { type Reaper } from './reaper';
import { StartFailure } from '../start-failure';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MS = 50;

// A killed process is back at once; one that cannot live is tried every 10 s, which keeps its log readable.
const RESTART_PAUSE_MS_MIN = 200;
const RESTART_PAUSE_MS_MAX = 10_000;
// A life this long ends the series of failures: the next death is a new one.
const STABLE_AFTER_MS = 30_000;

/** One life of the process: from spawn to exit. */
interface Life {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly startedAt: number;
  /** Resolves with how it ended, in words. */
  readonly exited: Promise<string>;
}

/** A child process in a process group of its own, known to the reaper. Made by {@link Supervisor.start}. */
export class ManagedProcess {
  private life: Life | undefined;
  private wanted = false;
  private lives = 0;
  private failures = 0;
  private restartTimer: NodeJS.Timeout | undefined;
  private starting: Promise<void> | undefined;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly reaper: Reaper,
    private readonly onProgress: (line: string) => void,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get logFile(): string {
    return this.spec.logFile;
  }

  /** How often it was started again, by itself or by {@link start}. */
  get restarts(): number {
    return Math.max(0, this.lives - 1);
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.life !== undefined && isRunning(this.life) ? this.life.pid : undefined;
  }

  /**
   * Starts it unless it runs already; resolves once it is ready.
   * @throws StartFailure when it ends or stays unready past its deadline; it does not run then.
   */
  async start(): Promise<void> {
    this.wanted = true;
    clearTimeout(this.restartTimer);
    this.starting ??= this.begin().finally(() => (this.starting = undefined));
    return this.starting;
  }

  /** SIGTERM to its group, SIGKILL after the deadline; resolves once it is gone. It is not started again. */
  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.restartTimer);
    // A start under way notices that nobody wants it any more, and ends what it began.
    await this.end();
    await this.starting?.catch(() => undefined);
  }

  /**
   * An accident on purpose: ends it as a crash would, and resolves once it is gone. With `restart` it comes back by
   * itself; otherwise {@link start} brings it back on the same folder and port.
   */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const life = this.life;
    if (life === undefined || !isRunning(life)) return;
    signalGroup(life.pid, signal);
    await life.exited;
  }

  /** Freezes it, as a machine without time to give would (SIGSTOP). */
  pause(): void {
    if (this.pid !== undefined) signalGroup(this.pid, 'SIGSTOP');
  }

  resume(): void {
    if (this.pid !== undefined) signalGroup(this.pid, 'SIGCONT');
  }

  private async begin(): Promise<void> {
    if (this.life === undefined || !isRunning(this.life)) this.life = await this.spawn();
    try {
      await this.waitUntilReady(this.life);
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  private async spawn(): Promise<Life> {
    const { command, args, env, cwd, logFile } = this.spec;
    const log = openSync(logFile, this.lives++ === 0 ? 'w' : 'a');
    // The shell waits for one line before it becomes the command. It gets that line once the reaper knows its id, and
    // end-of-file if this program is killed before: there is no moment at which a child could be left behind.
    const child = spawn('/bin/sh', ['-c', 'read -r _ <&3 || exit 1; exec 3<&-; exec "$@"', 'sh', command, ...args], {
      detached: true,
      stdio: ['ignore', log, log, 'pipe'],
      env,
      ...(cwd === undefined ? {} : { cwd }),
    });
    closeSync(log);
    const exited = once(child, 'exit').then(([code, signal]) =>
      typeof signal === 'string' ? signal : `exit code ${String(code)}`,
    );
    await once(child, 'spawn');
    const life: Life = { child, pid: child.pid as number, startedAt: Date.now(), exited };
    void exited.then((how) => this.afterExit(life, how));

    const identity = identify(life.pid);
    if (identity !== undefined) await this.reaper.register(identity);
    const gate = child.stdio[3] as Writable;
    gate.on('error', () => undefined);
    gate.end('\n');
    return life;
  }

  private async waitUntilReady(life: Life): Promise<void> {
    const timeoutMs = this.spec.startTimeoutMs ?? START_TIMEOUT_MS;
    const deadline = Date.now() + timeoutMs;
    let lastReason = 'it was never asked';
    while (Date.now() < deadline) {
      if (!isRunning(life)) throw this.failure(`it ended (${await life.exited})`);
      if (!this.wanted) throw this.failure('it was stopped');
      try {
        await checkReadiness(this.spec.readiness);
        // The answer may have come from a stranger on the same port while ours was dying of it.
        if (isRunning(life)) return;
      } catch (error) {
        lastReason = error instanceof Error ? error.message : String(error);
      }
      await Promise.race([sleep(PROBE_INTERVAL_MS), life.exited]);
    }
    throw this.failure(`not ready after ${timeoutMs / 1000} s (${lastReason})`);
  }

  private failure(reason: string): StartFailure {
    const { name, logFile, secrets } = this.spec;
    return new StartFailure(name, reason, logFile, logTail(logFile, secrets ?? []));
  }

  private async afterExit(life: Life, how: string): Promise<void> {
    // Its own children, if it left any.
    signalGroup(life.pid, 'SIGKILL');
    // A death during a start is the business of whoever waits for that start.
    if (this.wanted && this.spec.restart === true && this.starting === undefined) this.restartAfter(life, how);
    await this.reaper.forget(life.pid);
  }

  private restartAfter(life: Life, how: string): void {
    if (Date.now() - life.startedAt > STABLE_AFTER_MS) this.failures = 0;
    const pauseMs = Math.min(RESTART_PAUSE_MS_MIN * 2 ** this.failures++, RESTART_PAUSE_MS_MAX);
    this.onProgress(`${this.name} ended (${how}); starting it again`);
    this.restartTimer = setTimeout(() => void this.restart(), pauseMs);
  }

  private async restart(): Promise<void> {
    try {
      await this.start();
      this.onProgress(`${this.name} is back`);
    } catch (error) {
      // Still wanted: a failed start leaves no life whose end would call us again.
      if (!this.wanted || this.life === undefined) return;
      this.onProgress(error instanceof Error ? error.message : String(error));
      this.restartAfter(this.life, 'failed start');
    }
  }

  private async end(): Promise<void> {
    const life = this.life;
    if (life === undefined || !isRunning(life)) return;
    signalGroup(life.pid, 'SIGTERM');
    signalGroup(life.pid, 'SIGCONT');
    const deadline = setTimeout(() => signalGroup(life.pid, 'SIGKILL'), this.spec.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    await life.exited;
    clearTimeout(deadline);
  }
}

function isRunning({ child }: Life): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
