import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderLock } from './folder-lock';
import { identify } from './process-identity';

describe('FolderLock', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-lock-test-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by one at a time, and the second learns by whom', () => {
    const lock = FolderLock.attempt(path);
    expect(lock).toBeInstanceOf(FolderLock);
    expect(FolderLock.attempt(path)).toEqual(identify(process.pid));
    (lock as FolderLock).release();
    expect(FolderLock.attempt(path)).toBeInstanceOf(FolderLock);
  });

  it('is free when the holder is dead, even if its process id lives on in another process', () => {
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: 'an earlier life' }));
    expect(FolderLock.attempt(path)).toBeInstanceOf(FolderLock);
  });

  it('goes from one to the next when several wait', async () => {
    let inside = 0;
    const turns = Array.from({ length: 5 }, async () => {
      const lock = await FolderLock.wait(path, () => undefined);
      expect(++inside).toBe(1);
      await new Promise(setImmediate);
      inside--;
      lock.release();
    });
    await Promise.all(turns);
  });
});
