/** How many confirms the sandbox has and has not answered yet, also those whose client has left: they may still charge. */
export async function confirmsUnderWay(sandboxUrl: string, signal: AbortSignal): Promise<number> {
  const metrics = await (await fetch(`${sandboxUrl}/__sim/metrics`, { signal })).text();
  const [, count] = /^toss_sandbox_requests_under_way{route="confirm"} (\d+)$/m.exec(metrics) ?? [];
  return Number(count ?? 0);
}
