import { Money, OrderId } from '@koosco/payment-domain';
import { confirmRequest } from '../payments/confirm-request';
import { cancelRequest } from '../refunds/cancel-request';
import { type Schema } from '../server/request-body';

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

/** What a payment says of itself. */
const paymentState: Readonly<Record<string, Schema>> = {
  paymentId: uuid,
  orderId: int64,
  userId: int64,
  status: { enum: ['READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED'] },
  amount: won,
  canceledAmount: won,
  remainingAmount: { ...won, description: 'What can still be given back' },
  currency: { const: 'KRW' },
  approvedAt: { ...instant, type: ['string', 'null'] },
  method,
  receiptUrl,
  createdAt: instant,
};

export const openApiSchemas = {
  ConfirmRequest: confirmRequest.schema,
  CancelRequest: cancelRequest.schema,
  ReceiveAccount: object({
    bank: { type: 'string', pattern: '^\\S{1,20}$', description: 'Code or name of the bank' },
    accountNumber: { type: 'string', pattern: '^[0-9]{1,20}$' },
    holderName: { type: 'string', minLength: 1, maxLength: 60 },
  }),
  Canceled: object({
    paymentId: uuid,
    orderId: int64,
    refundId: uuid,
    status: { enum: ['PARTIALLY_CANCELED', 'CANCELED'], description: 'After this refund' },
    canceledAmount: { ...won, description: 'By this refund' },
    totalCanceledAmount: { ...won, description: 'By this refund and those before it' },
    remainingAmount: won,
    currency: { const: 'KRW' },
    canceledAt: instant,
  }),
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
    ...paymentState,
    attempt: {
      description: 'While it is there, a READY payment is not simply unpaid: it cannot be paid anew',
      oneOf: [{ $ref: '#/components/schemas/Attempt' }, { type: 'null' }],
    },
    transactions: {
      type: 'array',
      description: 'Movements of money, and failures of one, oldest first',
      items: object({
        type: { enum: ['APPROVAL', 'CANCEL'] },
        status: { enum: ['SUCCESS', 'FAILED'] },
        amount: won,
        pgTransactionId: { type: ['string', 'null'] },
        occurredAt: instant,
      }),
    },
    refunds: {
      type: 'array',
      description: 'Refunds under way; their amounts are reserved',
      items: object({
        refundId: uuid,
        status: {
          enum: ['REQUESTED', 'IN_PROGRESS', 'UNKNOWN'],
          description: 'With `UNKNOWN` the money may have gone back; the service keeps asking Toss',
        },
        amount: won,
        since: instant,
      }),
    },
  }),
  PaymentList: object({
    payments: { type: 'array', items: object(paymentState) },
    nextCursor: { type: ['string', 'null'], description: 'For what comes next; null at the end' },
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
        enum: ['none', 'charged', 'not-charged', 'declined', 'refunded', 'unknown'],
        description:
          'Where the money is. `none`: nothing was charged; `not-charged`, `declined`: this request charged nothing; ' +
          '`charged`: it stays charged; `refunded`: all of it went back; `unknown`: it may have moved, so never tell the ' +
          'buyer that it did not',
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

export const listParameters = [
  inQuery('status', 'Any unless given', { enum: ['READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED'] }),
  inQuery('from', 'Created then or later', instant),
  inQuery('to', 'Created before', instant),
  inQuery('cursor', '`nextCursor` of the page before', { type: 'string' }),
  inQuery('limit', 'Payments of a page', { type: 'integer', minimum: 1, maximum: 100, default: 100 }),
];

function inQuery(name: string, description: string, schema: Schema) {
  return { name, in: 'query', required: false, description, schema };
}

export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Names the request: sent again with the same key and body it is the same request, and gets the same answer, byte for byte',
  schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
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
