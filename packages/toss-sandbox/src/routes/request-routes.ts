import { json, type ControlRoute } from './control-route';

/** What was asked of the stood-in API lately. */
export const requestRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/__sim/requests',
    summary:
      'The last 200 requests with bodies, idempotency keys, faults and answers; newest first, payment keys shortened',
    handle: (_request, { state }) => json(state.requests.list()),
  },
];
