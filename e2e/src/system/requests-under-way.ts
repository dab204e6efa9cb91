/** How many confirms and cancels the sandbox has and has not answered yet, also those whose client has left. */
export async function requestsUnderWay(sandboxUrl: string, signal: AbortSignal): Promise<number> {
  const metrics = await (await fetch(`${sandboxUrl}/__sim/metrics`, { signal })).text();
  const counts = [...metrics.matchAll(/^toss_sandbox_requests_under_way{route="(?:confirm|cancel)"} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
