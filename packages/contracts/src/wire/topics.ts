import { orderEvents, paymentEvents } from '../events/events.js';

type Definition = (typeof orderEvents)[number] | (typeof paymentEvents)[number];

/** Topic of each event type. One topic carries one type; consumers skip types they do not know all the same. */
export const topics = Object.fromEntries(
  [...orderEvents, ...paymentEvents].map(({ type, topic }) => [type, topic]),
) as {
  readonly [D in Definition as D['type']]: D['topic'];
};

/** Where order-service says what payment-service listens to. */
export const orderTopics: readonly string[] = orderEvents.map(({ topic }) => topic);

/** Where payment-service says what it says. */
export const paymentTopics: readonly string[] = paymentEvents.map(({ topic }) => topic);
