import { rm } from 'node:fs/promises';
import { ManagedProcess } from './managed-process';
import { type ProcessSpec } from './process-spec';
import { Reaper, type Command } from './reaper';
import { runQuietly } from './run-quietly';

/**
 * Starts processes, stops exactly those, and leaves none behind: whatever way this program ends, a reaper process ends
 * the rest. It installs no signal handlers; a program that dies of Ctrl-C is cleaned up after like any other.
 */
export class Supervisor {
  private readonly processes: ManagedProcess[] = [];
  private readonly folders: string[] = [];
  private readonly commands: Command[] = [];
  private isReleased = false;

  private constructor(
    private readonly reaper: Reaper,
    private readonly onProgress: (line: string) => void,
  ) {}

  static async open(options: { readonly onProgress?: (line: string) => void } = {}): Promise<Supervisor> {
    return new Supervisor(await Reaper.acquire(), options.onProgress ?? (() => undefined));
  }

  /** Resolves once the process is ready. @throws StartFailure; the process does not run then. */
  async start(spec: ProcessSpec): Promise<ManagedProcess> {
    const managed = new ManagedProcess(spec, this.reaper, this.onProgress);
    this.processes.push(managed);
    await managed.start();
    return managed;
  }

  /** The folder is removed by {@link stop}, or after this program has died. */
  async removeAtEnd(folder: string): Promise<void> {
    this.folders.push(folder);
    await this.reaper.registerFolder(folder);
  }

  /** The program is run by {@link stop}, or after this program has died: for what is stopped by asking somebody else. */
  async runAtEnd(command: Command): Promise<void> {
    this.commands.push(command);
    await this.reaper.registerCommand(command);
  }

  list(): readonly ManagedProcess[] {
    return this.processes;
  }

  /** Stops everything in reverse order of starting, then runs the programs and removes the folders. May be called more than once. */
  async stop(): Promise<void> {
    for (const managed of this.processes.splice(0).reverse()) await managed.stop();
    for (const command of this.commands.splice(0)) {
      const [program, ...args] = command;
      await runQuietly(program, args);
      await this.reaper.forgetCommand(command);
    }
    for (const folder of this.folders.splice(0)) {
      await rm(folder, { recursive: true, force: true });
      await this.reaper.forgetFolder(folder);
    }
    if (!this.isReleased) {
      this.isReleased = true;
      await this.reaper.release();
    }
  }
}
