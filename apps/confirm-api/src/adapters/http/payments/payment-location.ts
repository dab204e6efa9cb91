/** Where a payment can be read. */
export function locationOf(paymentId: string): string {
  return `/api/payments/${paymentId}`;
}
