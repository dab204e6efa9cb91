import { type TossCall } from '../client/toss-call-observer';

export type TossCallStep = ReturnType<typeof tossCallStep>;

/** One call, as a trace shows it: who was asked, and how it ended. */
export function tossCallStep(
  { operation, outcomeKind, code, httpStatus, durationMs, attempt }: TossCall,
  endMs: number,
) {
  return {
    name: `toss ${operation}`,
    kind: 'CLIENT',
    startMs: endMs - durationMs,
    endMs,
    error: code,
    attributes: {
      'peer.service': 'toss',
      'toss.outcome': outcomeKind,
      ...(httpStatus !== null && { 'http.response.status_code': httpStatus }),
      ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
    },
  } as const;
}
