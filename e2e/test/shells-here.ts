import { spawnSync } from 'node:child_process';

/** The shells that people of the README's platforms type into, as far as this machine has them; sh always. */
export function shellsHere(): readonly string[] {
  return ['sh', 'bash', 'dash', 'zsh', 'fish'].filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0);
}
