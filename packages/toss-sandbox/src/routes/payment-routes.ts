import { findErrorCode } from '../codes/code-catalogue';
import { cancel } from '../operations/cancel';
import { payIn, takeBack, type BankResult } from '../operations/bank';
import { finishWindow, openWindow, outcomeRefusal, type WindowRequest } from '../operations/payment-window';
import { type JsonSchema } from '../http/json-schema';
import { paymentMethods, type Payment, type PaymentMethod, type ScriptedOutcome } from '../state/payment/payment';
import { viewPayment } from '../state/payment/payment-view';
import { type SandboxState } from '../state/sandbox-state';
import { json, refusal, type Controlled, type ControlAnswer, type ControlRoute } from './control-route';

const windowProperties: Record<string, JsonSchema> = {
  clientKey: { type: 'string', minLength: 1, description: 'Decides merchant and key family' },
  orderId: { type: 'string', description: '6 to 64 of A-Z a-z 0-9 _ -' },
  orderName: { type: 'string', description: 'Up to 100 characters' },
  amount: { type: 'number' },
  currency: { type: 'string', enum: ['KRW', 'USD', 'JPY'] },
  customerKey: { type: 'string' },
  taxFreeAmount: { type: 'number', minimum: 0 },
  taxExemptionAmount: { type: 'number', minimum: 0 },
  useEscrow: { type: 'boolean' },
  metadata: { type: 'object', additionalProperties: { type: 'string' } },
};

const buyerProperties: Record<string, JsonSchema> = {
  method: { type: 'string', enum: paymentMethods, description: 'CARD by default' },
  outcome: {
    type: 'object',
    description: 'How the confirm will end; approved when absent',
    properties: {
      declineCode: { type: 'string', description: 'Any documented code; a decline aborts the payment' },
      times: { type: 'integer', minimum: 1, description: 'How many confirms meet it; every one when absent' },
    },
    required: ['declineCode'],
  },
};

const window: JsonSchema = {
  type: 'object',
  properties: windowProperties,
  required: ['clientKey', 'orderId', 'orderName', 'amount'],
};

interface BuyerChoice {
  readonly method?: PaymentMethod;
  readonly outcome?: ScriptedOutcome;
}

/** The buyer's side without a browser, and the bank's. */
export const paymentRoutes: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/__sim/authentications',
    summary: 'Open a payment window and authenticate in it: the hosted page in one call',
    body: { ...window, properties: { ...windowProperties, ...buyerProperties } },
    handle: async ({ body }, controlled) => {
      const { method, outcome, ...request } = body as WindowRequest & BuyerChoice;
      const unplayable = outcomeRefusal(outcome ?? null);
      if (unplayable !== undefined) return refusal(400, unplayable);
      const opened = await openWindow(controlled.state, request);
      if (opened.kind === 'refused') return refusedByToss(opened.code);
      return authenticated(controlled, opened.payment.paymentKey, { method, outcome });
    },
  },
  {
    method: 'POST',
    path: '/__sim/payments',
    summary: 'Open a payment window: a READY payment',
    body: window,
    handle: async ({ body }, { state, timetable }) => {
      const opened = await openWindow(state, body as WindowRequest);
      timetable.wake();
      return opened.kind === 'refused' ? refusedByToss(opened.code) : json(shown(state, opened.payment), 201);
    },
  },
  {
    method: 'GET',
    path: '/__sim/payments/{paymentKey}',
    summary: 'The payment as it is, in any state, without authentication',
    handle: async ({ parameters }, { state, timetable }) => {
      await timetable.dispatch(await state.expireDue());
      const payment = state.payments.get(parameters['paymentKey'] ?? '');
      return payment === undefined ? refusal(404, 'No such payment') : json(shown(state, payment));
    },
  },
  {
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/authenticate',
    summary: 'The buyer authenticates in an open window',
    body: { type: 'object', properties: buyerProperties },
    handle: async ({ parameters, body }, controlled) => {
      const { method, outcome } = body as BuyerChoice;
      const unplayable = outcomeRefusal(outcome ?? null);
      if (unplayable !== undefined) return refusal(400, unplayable);
      return authenticated(controlled, parameters['paymentKey'] ?? '', { method, outcome });
    },
  },
  {
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/deposit',
    summary: 'The buyer pays into the virtual account',
    handle: async ({ parameters }, controlled) =>
      booked(controlled, await payIn(controlled.state, parameters['paymentKey'] ?? '')),
  },
  {
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/reverse-deposit',
    summary: 'The bank takes the deposit back: DONE becomes WAITING_FOR_DEPOSIT',
    handle: async ({ parameters }, controlled) =>
      booked(controlled, await takeBack(controlled.state, parameters['paymentKey'] ?? '')),
  },
  {
    method: 'POST',
    path: '/__sim/payments/{paymentKey}/cancel',
    summary: 'A refund made in the merchant admin: money goes back without any request of the merchant',
    body: { type: 'object', properties: { cancelAmount: { type: 'number' }, cancelReason: { type: 'string' } } },
    handle: async ({ parameters, body }, controlled) =>
      refundedByHand(controlled, parameters['paymentKey'] ?? '', body as object),
  },
];

async function authenticated(
  { state, timetable }: Controlled,
  paymentKey: string,
  {
    method = 'CARD',
    outcome = null,
  }: { method?: PaymentMethod | undefined; outcome?: ScriptedOutcome | null | undefined },
): Promise<ControlAnswer> {
  const finished = await finishWindow(state, paymentKey, { method, outcome });
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
