/**
 * Behaviours of Toss that nobody could prove. Each is a named switch: a system that is right in every position does not
 * depend on a guess. Defaults are the position with the better evidence, or, without any, the harder one for a client.
 */
export const switchCatalogue = {
  amountMismatch: {
    positions: ['INVALID_REQUEST', 'FORBIDDEN_REQUEST'],
    evidence: 'Toss staff confirm that a wrong amount is blocked; no source shows the code.',
  },
  concurrentConfirm: {
    positions: ['ALREADY_PROCESSING_REQUEST', 'S008'],
    evidence: 'Documented as 400 ALREADY_PROCESSING_REQUEST; seen in the wild as a 500 with the text [S008].',
  },
  concurrentCancel: {
    positions: ['FORBIDDEN_CONSECUTIVE_REQUEST', 'serialised'],
    evidence: 'No source says what a second cancel meets while the first is being processed.',
  },
  abortedReconfirm: {
    positions: ['ALREADY_PROCESSED_PAYMENT', 'NOT_FOUND_PAYMENT_SESSION'],
    evidence: 'Measured for CANCELED only; for ABORTED either is plausible.',
  },
  confirmFailureAborts: {
    positions: ['declines', 'every-failure'],
    evidence: 'The reference says a failed confirm becomes ABORTED, yet transient codes ask to try again.',
  },
  foreignKey: {
    positions: ['FORBIDDEN_REQUEST', 'INVALID_API_KEY', 'UNAUTHORIZED_KEY'],
    evidence: 'All three are documented for a secret key that does not belong to the client key of the payment.',
  },
  replayOf5xx: {
    positions: ['replayed', 'processed-anew'],
    evidence: 'Replay of an Idempotency-Key is measured for 2xx and 4xx only.',
  },
  replayOf401: { positions: ['processed-anew', 'replayed'], evidence: 'Unknown whether keys are kept before auth.' },
  replayOf429: { positions: ['processed-anew', 'replayed'], evidence: 'Unknown whether a rate-limited key is kept.' },
  rateLimitPerMinute: {
    positions: ['off', '100'],
    evidence: 'Documented: 100 a minute per API in the test environment. Off by default, or no load test could run.',
  },
  rateLimitAnswer: {
    positions: ['429', 'FORBIDDEN_CONSECUTIVE_REQUEST'],
    evidence: 'Body and code of the 429 are undocumented; a 403 code for repeated requests exists.',
  },
  lookupOfUnapproved: {
    positions: ['returned', 'NOT_FOUND_PAYMENT'],
    evidence: 'Docs speak of approved payments; an EXPIRED one was seen; READY and IN_PROGRESS are assumed.',
  },
  lookupBySharedOrderId: {
    positions: ['latest', 'first', 'approved'],
    evidence: 'Nobody says which of several payments with one orderId is returned.',
  },
  orderIdReuseAfterFailure: {
    positions: ['allowed', 'DUPLICATED_ORDER_ID'],
    evidence: 'DUPLICATED_ORDER_ID is documented for approved or cancelled orders; ABORTED and EXPIRED are open.',
  },
  duplicateOrderIdChecked: {
    positions: ['creation-and-confirm', 'creation'],
    evidence: 'The code is documented without its moment; two windows may be open for one orderId at once.',
  },
  orderIdAlphabet: {
    positions: ['without-equals', 'with-equals'],
    evidence: 'The REST reference has [A-Za-z0-9_-]; the typings of the SDK and the English text add "=".',
  },
  numericOrderId: {
    positions: ['INVALID_REQUEST', 'coerced'],
    evidence: 'A JSON number was accepted by a sibling endpoint; for confirm nobody says.',
  },
  testCodeMutates: {
    positions: ['no', 'yes'],
    evidence: 'Whether TossPayments-Test-Code changes the payment is undocumented.',
  },
  secretOnVirtualAccountLookup: {
    positions: ['null', 'value'],
    evidence: 'A look-up of a virtual account may return secret null, by one third party.',
  },
  easyPayCard: {
    positions: ['null', 'present'],
    evidence: 'Easy pay funded by a card was seen with and without the card object.',
  },
  expiredUseEscrow: { positions: ['null', 'false'], evidence: 'One EXPIRED dump shows null.' },
  unauthorizedData: {
    positions: ['absent', 'null'],
    evidence: 'A 401 was seen with an additional "data": null.',
  },
  unknownFields: {
    positions: ['absent', 'present'],
    evidence: 'Documented that fields and enum values appear without a version bump; present adds some.',
  },
  transactionsVisible: {
    positions: ['at-once', 'after-60-s'],
    evidence: 'Documented as up to 60 s after the fact.',
  },
  transactionCancelAmount: {
    positions: ['positive', 'negative'],
    evidence: 'The sign of a cancellation in GET /v1/transactions is not shown anywhere.',
  },
  webhookMoment: {
    positions: ['after-answer', 'before-answer'],
    evidence: 'The confirm itself triggers the webhook, so that it may arrive before the answer.',
  },
  webhookRetryId: {
    positions: ['stable', 'fresh'],
    evidence: 'The transmission id is presumed stable across retries.',
  },
  webhookOther2xx: {
    positions: ['failure', 'success'],
    evidence: 'Success is documented as HTTP 200; other 2xx are open.',
  },
  webhookSecondPartialCancel: {
    positions: ['fires', 'silent'],
    evidence: 'The diagram draws no edge from PARTIAL_CANCELED to itself.',
  },
  depositCallbackOnIssue: {
    positions: ['silent', 'fires'],
    evidence: 'The event lists WAITING_FOR_DEPOSIT; it is unclear whether issuing an account counts.',
  },
  depositCallbackTime: {
    positions: ['micros', 'offset'],
    evidence: 'Two versions of the documentation disagree on createdAt.',
  },
} as const satisfies Record<string, { positions: readonly [string, ...string[]]; evidence: string }>;

export type SwitchName = keyof typeof switchCatalogue;

/** The position of every switch. The first position in the catalogue is the default. */
export type Switches = { -readonly [Name in SwitchName]: (typeof switchCatalogue)[Name]['positions'][number] };

export const switchNames = Object.keys(switchCatalogue) as SwitchName[];

/** Every switch at its default, except those given. Throws an Error naming the switch for an unknown name or position. */
export function switchesWith(changes: Partial<Record<string, unknown>>, base?: Switches): Switches {
  const switches: Record<string, string> = {};
  for (const name of switchNames) switches[name] = base?.[name] ?? switchCatalogue[name].positions[0];
  for (const [name, position] of Object.entries(changes)) {
    if (position === undefined) continue;
    if (!isSwitchName(name)) throw new Error(`No switch is called ${name}; there are: ${switchNames.join(', ')}`);
    const positions: readonly string[] = switchCatalogue[name].positions;
    if (typeof position !== 'string' || !positions.includes(position)) {
      throw new Error(`Switch ${name} has no position ${JSON.stringify(position)}; it has: ${positions.join(', ')}`);
    }
    switches[name] = position;
  }
  return switches as Switches;
}

const isSwitchName = (name: string): name is SwitchName => Object.hasOwn(switchCatalogue, name);
