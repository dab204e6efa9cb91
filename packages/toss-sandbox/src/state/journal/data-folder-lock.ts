import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const heldHere = new Set<string>();

/** Keeps two sandboxes from writing one journal. A lock left by a killed process is taken over. */
export class DataFolderLock {
  private constructor(
    private readonly folder: string,
    private readonly path: string,
  ) {}

  /** Throws an Error naming the folder and the process when another living sandbox holds it. */
  static take(dataDir: string): DataFolderLock {
    const folder = resolve(dataDir);
    const path = join(folder, 'sandbox.pid');
    const holder = heldHere.has(folder) ? process.pid : livingHolder(path);
    if (holder !== undefined)
      throw new Error(`The data folder ${dataDir} is used by a sandbox with process id ${holder}`);
    writeFileSync(path, String(process.pid));
    heldHere.add(folder);
    return new DataFolderLock(folder, path);
  }

  release(): void {
    heldHere.delete(this.folder);
    rmSync(this.path, { force: true });
  }
}

function livingHolder(path: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
  // In a container every sandbox has the same process id: our own id in the file is that of a predecessor.
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}
