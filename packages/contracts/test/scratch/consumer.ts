// What a service of another team would write: compiled once as ESM and once as CommonJS against the packed package.
import {
  dedupeKeyOf,
  type OrderPlacedEvent,
  parseOrderEvent,
  parsePaymentEvent,
  type PaymentCompletedEvent,
  topics,
} from '@koosco/payment-contracts';
import { stringifyJson } from '@koosco/payment-contracts/json';
import { Kafka, logLevel } from 'kafkajs';

export const orderIdOf = (event: OrderPlacedEvent): bigint => event.data.orderId;
// @ts-expect-error An order id is no number: above 2^53 it would be another order.
export const wrongOrderIdOf = (event: OrderPlacedEvent): number => event.data.orderId;
export const transactionOf = (event: PaymentCompletedEvent): string | null => event.data.transactionId;

const [brokers = '', groupId = '', expected = ''] = process.argv.slice(2);
let seen = 0;
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId });

async function main(): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: Object.values(topics), fromBeginning: true });
  const done = new Promise<void>((resolve) => {
    consumer
      .run({
        eachMessage: ({ topic, message }) => {
          const parsed = topic.includes('.order.') ? parseOrderEvent(message) : parsePaymentEvent(message);
          const answer =
            parsed.kind === 'ok'
              ? { kind: parsed.kind, key: dedupeKeyOf(parsed.event), orderId: parsed.event.data.orderId }
              : { kind: parsed.kind, ...(parsed.kind === 'invalid' ? { field: parsed.reasons[0]?.field ?? '' } : {}) };
          process.stdout.write(`${stringifyJson(answer)}\n`);
          seen += 1;
          if (seen === Number(expected)) resolve();
          return Promise.resolve();
        },
      })
      .catch(fail);
  });
  await done;
  await consumer.disconnect();
}

function fail(error: unknown): never {
  process.stderr.write(String(error));
  process.exit(1);
}

main().catch(fail);
