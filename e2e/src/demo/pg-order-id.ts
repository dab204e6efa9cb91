/** The service's own encoding, written down a second time on purpose: a change of it must be noticed here. */
export function pgOrderIdOf(orderId: bigint): string {
  return `ord-${orderId.toString().padStart(19, '0')}`;
}
