import { type CreatePaymentCommand } from '@koosco/payment-application';
import { Money, OrderId, UserId } from '@koosco/payment-domain';
import { recordSpans } from '@koosco/payment-telemetry/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createInTraces } from './create-in-traces';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACE_PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

function order(id: bigint, traceParent: string | null): CreatePaymentCommand {
  const ids = { orderId: OrderId.of(id), userId: UserId.of(7n), correlationId: 'saga', causationId: `event-${id}` };
  return { ...ids, amount: Money.krw(10_000n), orderName: '주문', traceParent };
}

let recorded: ReturnType<typeof recordSpans>;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => {
  recorded.stop();
});

describe('createInTraces', () => {
  it('gives each order of a batch a span in its own trace, from which its payment follows', async () => {
    const execute = (commands: readonly CreatePaymentCommand[]) =>
      Promise.resolve(commands.map((_, index) => (index === 0 ? ('created' as const) : ('duplicate-event' as const))));
    const { traced, results } = await createInTraces({ execute }, [order(1n, TRACE_PARENT), order(2n, null)]);
    expect(results).toEqual(['created', 'duplicate-event']);
    const [first, second] = recorded.spans();
    expect(first).toMatchObject({
      attributes: { 'payment.order_id': '1', 'payment.outcome': 'created', 'messaging.batch.message_count': 2 },
      parentSpanContext: { traceId: TRACE_ID, spanId: 'b7ad6b7169203331' },
    });
    expect(second).toMatchObject({ attributes: { 'payment.outcome': 'duplicate-event' } });
    expect(second!.parentSpanContext).toBeUndefined();
    const contexts = [first!, second!].map((span) => span.spanContext());
    expect(traced.map(({ traceParent }) => traceParent)).toEqual(
      contexts.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
    );
  });

  it('marks all of a batch that fails, which comes again', async () => {
    const execute = () => Promise.reject(new RangeError('the database is away'));
    await expect(createInTraces({ execute }, [order(1n, TRACE_PARENT), order(2n, null)])).rejects.toThrow(RangeError);
    expect(recorded.spans().map(({ attributes }) => attributes['error.type'])).toEqual(['RangeError', 'RangeError']);
  });

  it('passes on the trace of the order where nothing is traced', async () => {
    recorded.stop();
    const execute = (commands: readonly CreatePaymentCommand[]) =>
      Promise.resolve(commands.map(() => 'created' as const));
    const { traced } = await createInTraces({ execute }, [order(1n, TRACE_PARENT), order(2n, null)]);
    expect(traced.map(({ traceParent }) => traceParent)).toEqual([TRACE_PARENT, null]);
  });
});
