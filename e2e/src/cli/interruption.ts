import { endWithParent } from '@koosco/local-stack';

/**
 * Aborted when this program is told to end, with the exit code that a shell expects then as its reason; and after
 * `limit.afterMs`, with an Error that says why.
 */
export function interruption(limit?: { readonly afterMs: number; readonly why: string }): AbortSignal {
  const controller = new AbortController();
  const end = (code: number) => controller.abort(new Interrupted(code));
  // `on`, not `once`: Ctrl-C reaches this process from the terminal and again from npm.
  process
    .on('SIGINT', () => end(130))
    .on('SIGTERM', () => end(143))
    .on('SIGHUP', () => end(129));
  endWithParent(() => end(1));
  // Not AbortSignal.timeout: one that is only reached through AbortSignal.any may be collected before it fires.
  if (limit !== undefined) setTimeout(() => controller.abort(new Error(limit.why)), limit.afterMs).unref();
  return controller.signal;
}

export class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
