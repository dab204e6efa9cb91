import {
  type CreatePaymentCommand,
  type CreatePaymentResult,
  type CreatePaymentUseCase,
} from '@koosco/payment-application';
import { topics } from '@koosco/payment-contracts';
import { beginSpan, isTracing } from '@koosco/payment-telemetry';

/**
 * Creates payments, each with a span in the trace of its order that lasts as long as their transaction. What follows from a payment
 * follows from its span.
 * @returns the commands as they were executed, and what came of them.
 * @throws what the use case throws.
 */
export async function createInTraces(
  createPayment: Pick<CreatePaymentUseCase, 'execute'>,
  commands: readonly CreatePaymentCommand[],
): Promise<{ readonly traced: readonly CreatePaymentCommand[]; readonly results: readonly CreatePaymentResult[] }> {
  // Thousands of orders a second, and nothing to say of them.
  if (!isTracing()) return { traced: commands, results: await createPayment.execute(commands) };
  const spans = commands.map((command) => beginSpan(startOf(command, commands.length), command.traceParent ?? null));
  const traced = commands.map((command, index) => ({ ...command, traceParent: spans[index]?.traceParent ?? null }));
  try {
    const results = await createPayment.execute(traced);
    spans.forEach((span, index) => span.end({ attributes: { 'payment.outcome': results[index] } }));
    return { traced, results };
  } catch (error) {
    for (const span of spans) span.end({ error });
    throw error;
  }
}

function startOf({ orderId, causationId }: CreatePaymentCommand, together: number) {
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'consume',
    'messaging.destination.name': topics['order.placed'],
    'messaging.message.id': causationId,
    // They share a transaction, and with it the time that it takes.
    'messaging.batch.message_count': together,
    'payment.order_id': orderId.toString(),
  };
  return { name: 'create payment', kind: 'CONSUMER', attributes } as const;
}
