import { uuid } from '../shape/formats.js';
import { count, id64, text } from '../shape/shape.js';
import { outboundTracing } from './tracing-fields.js';

/** What every event of a payment carries. */
export const paymentFields = {
  /** The payment; also the Kafka key. */
  paymentId: text({ max: 36, format: uuid }),
  /** The order it pays. */
  orderId: id64(),
  /** Position among the events of this payment: 1, 2, 3, … without a gap. */
  sequence: count(1),
  ...outboundTracing,
};
