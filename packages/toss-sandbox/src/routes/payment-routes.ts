import { z } from 'zod';
import { findErrorCode } from '../codes/code-catalogue';
import { cancel } from '../operations/cancel';
import { payIn, takeBack, type BankResult } from '../operations/bank';
import { finishWindow, openWindow, windowRequest } from '../operations/payment-window';
import { paymentMethods, scriptedOutcome, type Payment } from '../state/payment/payment';
import { viewPayment } from '../state/payment/payment-view';
import { type SandboxState } from '../state/sandbox-state';
import { json, refusal, withBody, type Controlled, type ControlAnswer, type ControlRoute } from './control-route';

const buyerChoice = z.strictObject({
  method: z.enum(paymentMethods).optional().describe('CARD by default'),
  outcome: scriptedOutcome.optional().describe('How the confirm will end; approved when absent'),
});

export type BuyerChoice = Readonly<z.infer<typeof buyerChoice>>;

/** The buyer's side without a browser, and the bank's. */
export const paymentRoutes: readonly ControlRoute[] = [
  withBody({
    method: 'POST',
    path: '/__sim/authentications',
    summary: 'Open a payment window and authenticate in it: the hosted page in one call',
    body: windowRequest.extend(buyerChoice.shape),
    handle: async ({ body: { method, outcome, ...request } }, controlled) => {
      const opened = await openWindow(controlled.state, request);
      if (opened.kind === 'refused') return refusedByToss(opened.code);
      return authenticated(controlled, opened.payment.paymentKey, { method, outcome });
    },
  }),
  withBody({
    method: 'POST',
    path: '/__sim/payments',
    summary: 'Open a payment window: a READY payment',
    body: windowRequest,
    handle: async ({ body }, { state, timetable }) => {
      const opened = await openWindow(state, body);
      timetable.wake();
      return opened.kind === 'refused' ? refusedByToss(opened.code) : json(shown(state, opened.payment), 201);
    },
  }),
  {
    method: 'GET',
    path: '/__sim/payments/{paymentKey}',
    summary: 'The payment as it is, in any state, without authentication',
    handle: async ({ id }, { state, timetable }) => {
      await timetable.dispatch(await state.expireDue());
      const payment = state.payments.get(id);
      return payment === undefined ? refusal(404, 'No such payment') : json(shown(state, payment));
    },
  },
  withBody({
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/authenticate',
    summary: 'The buyer authenticates in an open window',
    body: buyerChoice,
    handle: ({ id, body }, controlled) => authenticated(controlled, id, body),
  }),
  {
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/deposit',
    summary: 'The buyer pays into the virtual account',
    handle: async ({ id }, controlled) => booked(controlled, await payIn(controlled.state, id)),
  },
  {
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/reverse-deposit',
    summary: 'The bank takes the deposit back: DONE becomes WAITING_FOR_DEPOSIT',
    handle: async ({ id }, controlled) => booked(controlled, await takeBack(controlled.state, id)),
  },
  withBody({
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/cancel',
    summary: 'A refund made in the merchant admin: money goes back without any request of the merchant',
    body: z.strictObject({ cancelAmount: z.number().optional(), cancelReason: z.string().optional() }),
    handle: ({ id, body }, controlled) => refundedByHand(controlled, id, body),
  }),
];

async function authenticated(
  { state, timetable }: Controlled,
  paymentKey: string,
  { method = 'CARD', outcome }: BuyerChoice,
): Promise<ControlAnswer> {
  const finished = await finishWindow(state, paymentKey, { method, outcome: outcome ?? null });
  switch (finished.kind) {
    case 'unknown':
      return refusal(404, 'No such payment');
    case 'not-ready':
      return refusal(409, `The payment is ${finished.payment.status}; only a READY one can be authenticated`);
    case 'authenticated': {
      timetable.wake();
      const { orderId, totalAmount: amount, status } = finished.payment;
      return json({ paymentKey, orderId, amount, paymentType: 'NORMAL', status }, 201);
    }
  }
}

async function refundedByHand(controlled: Controlled, paymentKey: string, body: object): Promise<ControlAnswer> {
  const { state, timetable } = controlled;
  const payment = state.payments.get(paymentKey);
  const secretKey = state.keys.merchants.find(({ mId }) => mId === payment?.mId)?.keys[0]?.secretKey;
  const holder = secretKey === undefined ? undefined : state.keys.holderOf(secretKey);
  if (payment === undefined || holder === undefined) return refusal(404, 'No such payment');
  const prepared = await cancel(state, {
    paymentKey,
    body: { cancelReason: 'admin', refundReceiveAccount: adminsAccount, ...body },
    holder,
    forced: undefined,
    processing: () => Promise.resolve(),
    language: 'en',
    switches: state.switches,
  });
  try {
    const { change, answer } = prepared.decide();
    const body = JSON.parse(answer.body) as { code?: string; message?: string };
    if (change === undefined) return refusal(409, body.message ?? '', body.code);
    void timetable.dispatch(await state.commit(change));
    return json(body);
  } finally {
    if (prepared.locked !== undefined) state.payments.unlock(prepared.locked);
  }
}

const adminsAccount = { bank: '20', accountNumber: '0000', holderName: 'admin' };

function booked({ state, timetable }: Controlled, result: BankResult): ControlAnswer {
  if (result.kind === 'refused') return refusal(409, result.why);
  void timetable.dispatch(result.webhooks);
  return json(shown(state, result.payment));
}

const refusedByToss = (code: string) => refusal(400, findErrorCode('confirm', code)?.english ?? code, code);

const shown = (state: SandboxState, payment: Payment) =>
  viewPayment(payment, { language: 'ko', lookup: false, switches: state.switches, nowMs: state.clock.nowMs() });
