import { Money, OrderId } from '@koosco/payment-domain';

type Schema = Readonly<Record<string, unknown>>;

const int64: Schema = { type: 'integer', format: 'int64', minimum: 1, maximum: OrderId.max };
/** Whole won, as far as every JSON parser holds them. */
const won: Schema = { type: 'integer', format: 'int64', minimum: 0, maximum: Money.max };
const uuid: Schema = { type: 'string', format: 'uuid' };
const instant: Schema = { type: 'string', format: 'date-time' };
const method: Schema = {
  type: ['string', 'null'],
  description: "How it was paid, in Toss's words (`카드`, `간편결제`)",
};
const receiptUrl: Schema = { type: ['string', 'null'], format: 'uri' };

const virtualAccountOrNull: Schema = {
  description: 'Only of a virtual account; null until Toss has named it',
  oneOf: [{ $ref: '#/components/schemas/VirtualAccount' }, { type: 'null' }],
};

export const openApiSchemas = {
  ConfirmRequest: {
    ...object({
      paymentKey: {
        type: 'string',
        description: 'As the payment window gave it to the success URL',
        minLength: 1,
        maxLength: 200,
        pattern: '^[!-~]+$',
        not: { enum: ['.', '..'] },
      },
      orderId: {
        description: 'A whole number, or its digits in a string',
        oneOf: [int64, { type: 'string', pattern: '^[1-9][0-9]{0,18}$', description: `At most ${OrderId.max}` }],
      },
      amount: {
        description: 'Whole won, or their digits in a string; must be the amount of the payment',
        oneOf: [won, { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$', description: `At most ${Money.max}` }],
      },
    }),
    examples: [{ paymentKey: 'tgen_20250626194853NtWm4', orderId: 1001, amount: 15000 }],
  },
  Approved: object({
    paymentId: uuid,
    orderId: int64,
    status: { const: 'APPROVED' },
    paidAmount: won,
    approvedAt: instant,
    method,
    receiptUrl,
  }),
  WaitingForDeposit: object({
    paymentId: uuid,
    orderId: int64,
    status: { const: 'WAITING_FOR_DEPOSIT' },
    virtualAccount: virtualAccountOrNull,
  }),
  VirtualAccount: object({
    bank: { type: ['string', 'null'], description: 'Its name' },
    accountNumber: { type: 'string', description: 'Where the buyer transfers the money to' },
    holder: { type: ['string', 'null'], description: 'In whose name the account is' },
    dueAt: { ...instant, type: ['string', 'null'], description: 'Until when' },
  }),
  Attempt: {
    ...object(
      {
        status: {
          enum: ['IN_PROGRESS', 'UNKNOWN', 'WAITING_FOR_DEPOSIT'],
          description: 'With `UNKNOWN` the money may have moved; the service keeps asking Toss',
        },
        since: { ...instant, description: 'When the buyer confirmed' },
      },
      { virtualAccount: virtualAccountOrNull },
    ),
    description: 'A confirm that is not settled',
  },
  Payment: object({
    paymentId: uuid,
    orderId: int64,
    userId: int64,
    status: { enum: ['READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED'] },
    attempt: {
      description: 'While it is there, a READY payment is not simply unpaid: it cannot be paid anew',
      oneOf: [{ $ref: '#/components/schemas/Attempt' }, { type: 'null' }],
    },
    amount: won,
    canceledAmount: won,
    remainingAmount: { ...won, description: 'What can still be given back' },
    currency: { const: 'KRW' },
    approvedAt: { ...instant, type: ['string', 'null'] },
    method,
    receiptUrl,
    createdAt: instant,
  }),
  Checkout: object({
    paymentId: uuid,
    orderId: int64,
    pgOrderId: { type: 'string', minLength: 6, maxLength: 64, description: 'Give this to the widget as orderId' },
    amount: won,
    currency: { const: 'KRW' },
    orderName: { type: 'string', maxLength: 100 },
    customerKey: { type: 'string', minLength: 2, maxLength: 50 },
    clientKey: { type: 'string' },
  }),
  Error: object({
    success: { const: false },
    error: object(
      {
        code: { type: 'string', pattern: '^(PAYMENT|COMMON)-[0-9]{3}(-[0-9]{3})?$' },
        message: { type: 'string' },
        timestamp: {
          type: 'string',
          pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$',
          description: 'Korean local time without an offset',
        },
        occurredAt: { ...instant, description: 'The same moment, with its offset' },
      },
      {
        details: { $ref: '#/components/schemas/GatewayAnswer' },
        fieldErrors: { type: 'array', items: object({ field: { type: 'string' }, reason: { type: 'string' } }) },
      },
    ),
  }),
  GatewayAnswer: object(
    {
      outcome: {
        enum: ['refused', 'declined', 'not-charged', 'unknown', 'in-progress', 'awaiting-deposit'],
        description: 'With `unknown` the money may have moved: never tell the buyer that it did not',
      },
    },
    { pgCode: { type: 'string' }, pgMessage: { type: 'string' } },
  ),
};

export const paymentIdInPath = {
  name: 'paymentId',
  in: 'path',
  required: true,
  description: 'As an answer of this service printed it',
  schema: uuid,
};

export const orderIdInPath = {
  name: 'orderId',
  in: 'path',
  required: true,
  description: 'In decimal, without leading zeros',
  schema: int64,
  example: 1001,
};

function object(properties: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}) {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } };
}
