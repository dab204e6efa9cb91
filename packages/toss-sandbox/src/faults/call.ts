export const routeNames = ['confirm', 'cancel', 'get-payment', 'get-payment-by-order', 'transactions'] as const;

/** The endpoints of the stood-in API, as rules name them. */
export type RouteName = (typeof routeNames)[number];

/** What a rule can match a request by. */
export interface Call {
  readonly route: RouteName;
  readonly orderId: string | undefined;
  readonly paymentKey: string | undefined;
}
