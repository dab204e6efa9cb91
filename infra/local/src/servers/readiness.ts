/** When a process counts as up: an HTTP address answers 200, or a probe of its own resolves. Probes are asked until they do. */
export type Readiness = { readonly url: string } | { readonly probe: () => Promise<void> };

// A probe that hangs must not use up the whole start: a listening port whose owner is not yet serving does that.
const PROBE_TIMEOUT_MS = 2_000;

/** Rejects with the reason when the process is not ready at this moment. */
export async function checkReadiness(readiness: Readiness): Promise<void> {
  if ('probe' in readiness) return readiness.probe();
  const response = await fetch(readiness.url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  await response.body?.cancel();
  if (response.status !== 200) throw new Error(`${readiness.url} answered ${response.status}`);
}
