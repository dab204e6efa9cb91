import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { FolderLock } from '../processes/folder-lock';

/** Makes a folder all at once: `make` fills a draft, which gets the name when it is complete. Concurrent callers wait for the first. */
export async function once(
  folder: string,
  onProgress: (line: string) => void,
  make: (draft: string) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  const lock = await FolderLock.wait(`${folder}.lock`, (pid) =>
    onProgress(`waiting for process ${pid}, which is fetching the same`),
  );
  const draft = `${folder}.draft`;
  try {
    if (existsSync(folder)) return;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    await make(draft);
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    lock.release();
  }
}
