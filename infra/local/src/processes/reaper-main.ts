// Runs as a process of its own and holds the reading end of a pipe from the program that started the stack. However that
// program ends (return, crash, kill -9) the pipe closes, and whatever is still registered is ended here.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity';
import { type Command, type ReaperOrder } from './reaper';

// Long enough for the broker and the database to close their files, short enough that nobody wonders what still runs.
const GRACE_MS = 8_000;

const processes = new Map<number, ProcessIdentity>();
const folders = new Set<string>();
const commands = new Map<string, Command>();

createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line) as ReaperOrder))
  .on('close', () => void endEverything());

function obey(order: ReaperOrder): void {
  switch (order.kind) {
    case 'started':
      processes.set(order.process.pid, order.process);
      return;
    case 'ended':
      processes.delete(order.pid);
      return;
    case 'folder':
      folders.add(order.path);
      return;
    case 'folder-removed':
      folders.delete(order.path);
      return;
    case 'command':
      commands.set(JSON.stringify(order.command), order.command);
      return;
    case 'command-done':
      commands.delete(JSON.stringify(order.command));
      return;
  }
}

async function endEverything(): Promise<void> {
  // The last started depends on the first started, so it goes first.
  const remaining = () => [...processes.values()].reverse().filter(isAlive);
  signalGroups(remaining(), 'SIGTERM');
  // A stopped process takes no SIGTERM before it is continued.
  signalGroups(remaining(), 'SIGCONT');

  const deadline = Date.now() + GRACE_MS;
  while (remaining().length > 0 && Date.now() < deadline) await sleep(50);
  signalGroups(remaining(), 'SIGKILL');
  while (remaining().length > 0) await sleep(20);

  for (const [program, ...args] of commands.values()) spawnSync(program, args, { stdio: 'ignore' });
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function signalGroups(group: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  for (const { pid } of group) {
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  }
}
