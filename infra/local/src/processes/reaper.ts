import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Writable } from 'node:stream';
import { config } from '../config';
import { type ProcessIdentity } from './process-identity';

export type ReaperOrder =
  | { readonly kind: 'started'; readonly process: ProcessIdentity }
  | { readonly kind: 'ended'; readonly pid: number }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'folder-removed'; readonly path: string }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'command-done'; readonly command: Command };

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/**
 * The other end of reaper-main: a small process that ends what is registered here, and removes the registered folders,
 * once this program is gone, whatever way it went.
 */
export class Reaper {
  /** One process for all who need it in this program. */
  private static current: Promise<Reaper> | undefined;
  private users = 0;
  private isEnding = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly pipe: Writable,
  ) {}

  /** Starts it for the first who needs it, and again when it is gone. To be {@link release}d. */
  static async acquire(): Promise<Reaper> {
    const current = (Reaper.current ??= Reaper.start());
    const reaper = await current;
    if (!reaper.isEnding && !reaper.hasEnded()) {
      reaper.users += 1;
      return reaper;
    }
    if (Reaper.current === current) Reaper.current = undefined;
    return Reaper.acquire();
  }

  private static async start(): Promise<Reaper> {
    // Tests run this file from src, where no compiled script lies beside it.
    const script = join(__dirname, '..', '..', 'dist', 'processes', 'reaper-main.js');
    // A session of its own: the Ctrl-C that ends this program must not end the reaper too.
    const child = spawn(process.execPath, [script], {
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
      cwd: '/',
      env: config.childEnv,
    });
    await once(child, 'spawn');
    // Should someone kill the reaper, the stack still runs and is still stopped by stop().
    child.stdin.on('error', () => undefined);
    return new Reaper(child, child.stdin);
  }

  /** Resolves once the order lies in the pipe: from then on it is obeyed even if this program is killed. */
  async register(process: ProcessIdentity): Promise<void> {
    await this.send({ kind: 'started', process });
  }

  async forget(pid: number): Promise<void> {
    await this.send({ kind: 'ended', pid });
  }

  async registerFolder(path: string): Promise<void> {
    await this.send({ kind: 'folder', path });
  }

  async forgetFolder(path: string): Promise<void> {
    await this.send({ kind: 'folder-removed', path });
  }

  async registerCommand(command: Command): Promise<void> {
    await this.send({ kind: 'command', command });
  }

  async forgetCommand(command: Command): Promise<void> {
    await this.send({ kind: 'command-done', command });
  }

  /** The last to release it ends it; should something be registered still, it ends that first. */
  async release(): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    // Whoever comes from now on starts another.
    this.isEnding = true;
    if (this.hasEnded()) return;
    const exited = once(this.child, 'exit');
    this.pipe.end();
    await exited;
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private send(order: ReaperOrder): Promise<void> {
    return new Promise((resolve) => this.pipe.write(`${JSON.stringify(order)}\n`, () => resolve()));
  }
}
