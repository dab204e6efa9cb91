/** Topic of each event type. One topic carries one type; consumers skip types they do not know all the same. */
export const topics = {
  'order.placed': 'koosco.commerce.order.placed',
  'order.refund.requested': 'koosco.commerce.order.refund.requested',
  'order.cancelled': 'koosco.commerce.order.cancelled',
  'payment.created': 'koosco.commerce.payment.created',
  'payment.completed': 'koosco.commerce.payment.completed',
  'payment.failed': 'koosco.commerce.payment.failed',
  'payment.canceled': 'koosco.commerce.payment.canceled',
} as const;
