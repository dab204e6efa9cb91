import { type FaultRow, type Facts } from './fault-row';
import { AMOUNT, type Shopping } from './shopping';

/** The workers' deadline for a call to Toss, by configuration; a minute unless it is set. */
export const CALL_DEADLINE_MS = 3_000;
const LATE_MS = CALL_DEADLINE_MS + 1_500;
/** Past the last of the repetitions that a request makes. */
const VERY_LATE_MS = 10 * CALL_DEADLINE_MS;

const OTHER_AMOUNT = AMOUNT - 1_000;
const CHARGED = `charged ${AMOUNT}`;
const GIVEN_BACK = `charged ${AMOUNT}, given back ${AMOUNT}`;
const APPROVED: Facts = {
  ...{ answer: '200 APPROVED', again: '—', money: CHARGED },
  ...{ events: 'payment.completed', end: 'APPROVED' },
};
const CANCELED: Facts = {
  ...{ answer: '200 CANCELED', again: '—', money: GIVEN_BACK },
  ...{ events: 'payment.completed, payment.canceled', end: 'CANCELED' },
};
const DEPOSITED: Facts = { ...APPROVED, answer: '202 WAITING_FOR_DEPOSIT' };
const UNCLEAR = '502 PAYMENT-502-001, outcome unknown';
const NOT_GIVEN_BACK = '502 PAYMENT-502-001, outcome charged';
/** Asked again; then in another payment window. */
const WINDOW_OVER = '400 PAYMENT-400-004, outcome not-charged, then 200 APPROVED';
const UNAVAILABLE = '503 COMMON-503';

const virtualAccount = (shopping: Shopping) => shopping.authenticate({ method: 'VIRTUAL_ACCOUNT' });

/** Toss answers, but not as it should; and none of its webhooks comes. */
export const confirmRows: readonly FaultRow[] = [
  {
    request: 'confirm',
    fault: 'Toss answers once after the deadline of the call',
    facts: APPROVED,
    cause: (shopping) => shopping.suffer({ route: 'confirm', times: 1, fault: delay(LATE_MS, 'during') }),
  },
  {
    request: 'confirm',
    fault: 'each call reaches Toss long after its deadline',
    facts: { ...APPROVED, answer: UNCLEAR, again: '200 APPROVED' },
    cause: (shopping) => shopping.suffer({ route: 'confirm', fault: delay(VERY_LATE_MS, 'before') }),
  },
  {
    request: 'confirm',
    fault: 'the body of each answer is cut',
    facts: APPROVED,
    cause: (shopping) => shopping.suffer({ route: 'confirm', fault: { kind: 'cut-body' } }),
  },
  {
    request: 'confirm',
    fault: 'the bodies of all answers are cut, look-ups too',
    facts: { ...APPROVED, answer: UNCLEAR, again: '200 APPROVED' },
    cause: async (shopping) => {
      await shopping.suffer({ route: 'confirm', fault: { kind: 'cut-body' } });
      await shopping.suffer({ route: 'get-payment', fault: { kind: 'cut-body' } });
    },
  },
  {
    request: 'confirm',
    fault: 'an answer 500 in front of Toss, though the money moved',
    facts: APPROVED,
    cause: (shopping) =>
      shopping.suffer({ route: 'confirm', times: 1, fault: { kind: 'server-error', status: 500, processed: true } }),
  },
  {
    request: 'confirm',
    fault: 'Toss answers 429 for a while',
    facts: { ...APPROVED, answer: UNCLEAR, again: '200 APPROVED' },
    cause: (shopping) => shopping.suffer({ route: 'confirm', fault: { kind: 'too-many-requests' } }),
    // Nobody charges a buyer who does not ask again.
    settle: () => Promise.resolve(),
  },
  {
    request: 'confirm',
    fault: 'Toss charges another amount, and says so',
    facts: {
      answer: '400 PAYMENT-400-001',
      again: '400 PAYMENT-400-004, outcome not-charged, then Toss opens no other window',
      money: `charged ${OTHER_AMOUNT}, given back ${OTHER_AMOUNT}`,
      ...{ events: 'none', end: 'READY' },
    },
    prepare: (shopping) => shopping.authenticate({}, OTHER_AMOUNT),
    cause: (shopping) => shopping.suffer({ route: 'confirm', fault: { kind: 'ignore-amount' } }),
  },
];

export const cancelRows: readonly FaultRow[] = [
  {
    request: 'cancel',
    fault: 'Toss answers once after the deadline of the call',
    facts: CANCELED,
    cause: (shopping) => shopping.suffer({ route: 'cancel', times: 1, fault: delay(LATE_MS, 'during') }),
  },
  {
    request: 'cancel',
    fault: 'each call reaches Toss long after its deadline',
    facts: { ...CANCELED, answer: UNCLEAR, again: '200 CANCELED' },
    cause: (shopping) => shopping.suffer({ route: 'cancel', fault: delay(VERY_LATE_MS, 'before') }),
  },
  {
    request: 'cancel',
    fault: 'the body of each answer is cut',
    facts: CANCELED,
    cause: (shopping) => shopping.suffer({ route: 'cancel', fault: { kind: 'cut-body' } }),
  },
  {
    request: 'cancel',
    fault: 'the bodies of all answers are cut, look-ups too',
    facts: { ...CANCELED, answer: UNCLEAR, again: '200 CANCELED' },
    cause: async (shopping) => {
      await shopping.suffer({ route: 'cancel', fault: { kind: 'cut-body' } });
      await shopping.suffer({ route: 'get-payment', fault: { kind: 'cut-body' } });
    },
  },
  {
    request: 'cancel',
    fault: 'an answer 500 in front of Toss, though the money moved',
    facts: CANCELED,
    cause: (shopping) =>
      shopping.suffer({ route: 'cancel', times: 1, fault: { kind: 'server-error', status: 500, processed: true } }),
  },
  {
    request: 'cancel',
    fault: 'an answer 500 in front of Toss, and nothing happened',
    facts: CANCELED,
    cause: (shopping) => shopping.suffer({ route: 'cancel', times: 1, fault: { kind: 'server-error', status: 500 } }),
  },
  {
    request: 'cancel',
    fault: 'Toss answers 429 for a while',
    facts: { ...CANCELED, answer: UNCLEAR, again: '200 CANCELED' },
    cause: (shopping) => shopping.suffer({ route: 'cancel', fault: { kind: 'too-many-requests' } }),
  },
];

/** What no answer tells, and only time: until nothing that was sent can arrive any more, and a payment window is over. */
export const longRows: readonly FaultRow[] = [
  {
    request: 'confirm',
    fault: 'an answer 500 in front of Toss, and nothing happened',
    facts: { ...APPROVED, answer: UNCLEAR, again: WINDOW_OVER },
    cause: (shopping) => shopping.suffer({ route: 'confirm', times: 1, fault: { kind: 'server-error', status: 500 } }),
    settle: (shopping) => shopping.settledAfterTime(),
  },
  {
    request: 'confirm',
    fault: 'Toss answers 500 under both keys, and keeps the answers',
    facts: { ...APPROVED, answer: UNCLEAR, again: WINDOW_OVER },
    cause: (shopping) =>
      shopping.force({ operation: 'confirm', code: 'FAILED_INTERNAL_SYSTEM_PROCESSING', effect: 'none' }),
    settle: (shopping) => shopping.settledAfterTime(),
  },
  {
    request: 'cancel',
    fault: 'Toss answers 500 under both keys, and keeps the answers',
    facts: { ...CANCELED, answer: UNCLEAR, again: `${NOT_GIVEN_BACK}, then 200 CANCELED` },
    cause: (shopping) => shopping.force({ operation: 'cancel', code: 'COMMON_ERROR', effect: 'none' }),
    settle: (shopping) => shopping.settledAfterTime(),
  },
];

/** Toss refuses every connection until both have their answer. */
export const downRows: readonly FaultRow[] = [
  {
    request: 'confirm',
    fault: 'Toss is down',
    facts: { ...APPROVED, answer: '502 PAYMENT-502-001, outcome not-charged', again: '200 APPROVED' },
  },
  {
    request: 'cancel',
    fault: 'Toss is down',
    facts: { ...CANCELED, answer: NOT_GIVEN_BACK, again: '200 CANCELED' },
  },
];

/** @param isGone resolves when the database is gone. */
export function databaseRows(isGone: Promise<void>): readonly FaultRow[] {
  const afterwards = (request: 'confirm' | 'cancel') => async (shopping: Shopping) => {
    await isGone;
    return shopping[request]();
  };
  /** Toss has done it, and answers nothing, no question either, before the database is gone. */
  const unheard = (route: 'confirm' | 'cancel') => async (shopping: Shopping) => {
    const fault = { kind: 'hold', stage: 'after' } as const;
    await shopping.suffer({ route, fault });
    await shopping.suffer({ route: 'get-payment', fault });
    void isGone.then(() => shopping.recover());
  };
  return [
    {
      request: 'confirm',
      fault: 'the database is gone for 10 s, from before the request',
      facts: { ...APPROVED, answer: UNAVAILABLE, again: '200 APPROVED' },
      ask: afterwards('confirm'),
    },
    {
      request: 'confirm',
      fault: 'the database is gone for 10 s, while Toss charges',
      facts: { ...APPROVED, answer: UNAVAILABLE, again: '200 APPROVED' },
      cause: unheard('confirm'),
    },
    {
      request: 'cancel',
      fault: 'the database is gone for 10 s, from before the request',
      facts: { ...CANCELED, answer: UNAVAILABLE, again: '200 CANCELED' },
      ask: afterwards('cancel'),
    },
    {
      request: 'cancel',
      fault: 'the database is gone for 10 s, while Toss gives back',
      facts: { ...CANCELED, answer: UNAVAILABLE, again: '200 CANCELED' },
      cause: unheard('cancel'),
    },
  ];
}

/** @param when as the table says it. */
export function webhookRows(when: string): readonly FaultRow[] {
  return [
    { request: 'confirm', fault: `the webhook comes ${when}`, facts: APPROVED },
    { request: 'cancel', fault: `the webhook comes ${when}`, facts: CANCELED },
    {
      request: 'confirm',
      fault: `a virtual account: the webhook of its deposit comes ${when}`,
      facts: DEPOSITED,
      prepare: virtualAccount,
      then: (shopping) => shopping.deposit(),
    },
  ];
}

/** The webhook is there well before the answer: of a deposit, too, as the buyer pays while the confirm is not answered. */
export const earlyWebhookRows: readonly FaultRow[] = webhookRows('before the answer').map((row) => {
  const isDeposit = row.prepare !== undefined;
  const { then: _afterwards, ...others } = row;
  return {
    ...others,
    cause: (shopping) => shopping.suffer({ route: row.request, fault: delay(1_500, 'after') }),
    ...(isDeposit && {
      ask: async (shopping: Shopping) => (await Promise.all([shopping.confirm(), shopping.deposit()]))[0],
    }),
  };
});

function delay(delayMs: number, stage: 'before' | 'during' | 'after') {
  return { kind: 'delay', delayMs, stage } as const;
}
