import { type Prepared } from './orders';
import { PipelinedConnection } from './pipelined-connection';

export interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server's process. */
  readonly cpuMsEach: number;
}

interface Server {
  readonly port: number;
  /** What its process has had of the machine, where somebody looks. */
  cpuSeconds?(): number | undefined;
}

/** Every connection sends its next request when it has its answer. */
export async function measure(server: Server, connections: number, prepared: readonly Prepared[]): Promise<Figures> {
  const opened = await Promise.all(Array.from({ length: connections }, () => PipelinedConnection.open(server.port)));
  const waitsMs: number[] = [];
  const queue = prepared.values();
  const cpuBefore = server.cpuSeconds?.() ?? NaN;
  const startedMs = performance.now();
  const lane = async (connection: PipelinedConnection): Promise<void> => {
    for (const { request, orderId } of queue) {
      const sentMs = performance.now();
      const { status, body } = await connection.ask(request);
      waitsMs.push(performance.now() - sentMs);
      if (status !== 200 || !body.includes('"status":"APPROVED"')) {
        throw new Error(`order ${orderId} was answered ${status}: ${body}`);
      }
    }
  };
  await Promise.all(opened.map(lane));
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpuSeconds = (server.cpuSeconds?.() ?? NaN) - cpuBefore;
  for (const connection of opened) connection.close();
  waitsMs.sort((a, b) => a - b);
  const at = (share: number): number =>
    waitsMs[Math.min(waitsMs.length - 1, Math.floor(waitsMs.length * share))] ?? NaN;
  return {
    perSecond: prepared.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMsEach: (cpuSeconds * 1_000) / prepared.length,
  };
}
