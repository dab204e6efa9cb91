import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity';

const POLL_MS = 200;

/** One program at a time. The lock of a program that died counts as free. */
export class FolderLock {
  private constructor(private readonly path: string) {}

  /** Waits for as long as somebody else holds it; `onWait` is told once, with the holder's process id. */
  static async wait(path: string, onWait: (holderPid: number) => void): Promise<FolderLock> {
    for (let told = false; ;) {
      const attempt = FolderLock.attempt(path);
      if (attempt instanceof FolderLock) return attempt;
      if (!told) onWait(attempt.pid);
      told = true;
      await sleep(POLL_MS);
    }
  }

  /** The lock, or the process that holds it. */
  static attempt(path: string): FolderLock | ProcessIdentity {
    mkdirSync(dirname(path), { recursive: true });
    for (;;) {
      if (create(path)) return new FolderLock(path);
      const holder = holderOf(path);
      if (holder !== undefined && isAlive(holder)) return holder;
      bury(path);
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

function create(path: string): boolean {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('This process cannot see itself: is /proc mounted?');
  // Written aside and linked into place, so that nobody ever reads half a lock.
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function bury(path: string): void {
  const grave = `${path}.${randomUUID()}`;
  try {
    renameSync(path, grave);
    // Somebody else may have buried the dead holder before us and taken the lock: then this is theirs, and goes back.
    const buried = holderOf(grave);
    if (buried !== undefined && isAlive(buried)) linkSync(grave, path);
  } catch {
    // Already moved, or already taken anew: the next look tells.
  } finally {
    rmSync(grave, { force: true });
  }
}

function holderOf(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
