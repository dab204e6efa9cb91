import { type ServerResponse } from 'node:http';
import { type Fault, type FaultRule } from '../faults/fault';

/** Waits as long as the rules say that delay a request at this stage, or hold it there until they are `removed`. */
export async function delayOf(
  rules: readonly FaultRule[],
  stage: 'before' | 'during' | 'after',
  removed: (rule: FaultRule) => Promise<void>,
): Promise<void> {
  for (const rule of rules) {
    const { fault } = rule;
    if ((fault.kind !== 'delay' && fault.kind !== 'hold') || (fault.stage ?? 'before') !== stage) continue;
    if (fault.kind === 'hold') await removed(rule);
    else await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  }
}

/**
 * Sends the answer as Toss does, with its headers, unless a fault spoils it: dropped, cut in half, or replaced by the
 * answer of something in between. `answer` is undefined when nothing was processed.
 */
export function sendTossAnswer(
  response: ServerResponse,
  answer: { status: number; body: string; traceId: string } | undefined,
  by: { faults: readonly Fault[]; idempotencyKey?: string | undefined },
): void {
  const broken = by.faults.find((fault) => fault.kind === 'server-error');
  if (by.faults.some((fault) => fault.kind === 'lose-request' || fault.kind === 'drop-response')) {
    response.socket?.destroy();
    return;
  }
  if (broken !== undefined) {
    sendGatewayError(response, broken);
    return;
  }
  if (answer === undefined) throw new Error('Nothing was processed and no fault says what to send instead');
  const body = Buffer.from(answer.body);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-tosspayments-trace-id': answer.traceId,
    'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
  };
  if (by.idempotencyKey !== undefined) headers['idempotency-key'] = by.idempotencyKey;
  response.writeHead(answer.status, headers);
  if (by.faults.some((fault) => fault.kind === 'cut-body')) {
    // The first half must have left before the connection closes, or the client would see no answer at all.
    response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroySoon());
    return;
  }
  response.end(body);
}

function sendGatewayError(response: ServerResponse, fault: Extract<Fault, { kind: 'server-error' }>): void {
  const status = fault.status ?? 502;
  const html = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  const json = JSON.stringify({
    code: 'COMMON_ERROR',
    message: '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.',
  });
  const body = Buffer.from(fault.html === true ? html : json);
  response.writeHead(status, {
    'content-type': fault.html === true ? 'text/html' : 'application/json',
    'content-length': body.length,
  });
  response.end(body);
}
