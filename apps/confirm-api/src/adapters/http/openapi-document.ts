import { commonErrorCodes, type ErrorCode, paymentErrorCodes } from './error-codes';

/** Answers with these HTTP statuses may say when to ask again. */
const RETRIED_LATER = [409, 502, 503];

/** OpenAPI 3.1 of everything under `/api`. Error codes and messages come from the tables that the answers come from. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Payment service',
    version: '1',
    description:
      'Takes payments for orders through Toss Payments. Amounts are whole won. Order ids are 64-bit integers: parse them ' +
      'without loss.',
  },
  security: [{ bearer: [] }],
  paths: {
    '/api/payments/confirm': {
      post: {
        summary: 'Charge what the buyer authenticated in the payment window',
        description:
          'May be sent again, whenever and however often: the same payment key is charged once and gets the same answer.',
        operationId: 'confirmPayment',
        requestBody: { required: true, content: json({ $ref: '#/components/schemas/ConfirmRequest' }) },
        responses: {
          200: success('Approved, now or before', '#/components/schemas/Approved'),
          202: {
            ...success(
              'A virtual account was issued; the buyer still has to transfer the money',
              '#/components/schemas/WaitingForDeposit',
            ),
            headers: { Location: { $ref: '#/components/headers/Location' } },
          },
          ...errors(
            paymentErrorCodes.INVALID_PAYMENT_AMOUNT,
            paymentErrorCodes.PAYMENT_NOT_READY,
            paymentErrorCodes.INVALID_PAYMENT_REQUEST,
            paymentErrorCodes.PAYMENT_NOT_FOUND,
            paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST,
            paymentErrorCodes.PAYMENT_ALREADY_APPROVED,
            paymentErrorCodes.PAYMENT_GATEWAY_ERROR,
            commonErrorCodes.UNREADABLE_BODY,
            commonErrorCodes.INVALID_FIELDS,
            commonErrorCodes.BODY_TOO_LARGE,
            commonErrorCodes.UNSUPPORTED_MEDIA_TYPE,
          ),
        },
      },
    },
    '/api/payments/{paymentId}': {
      get: {
        summary: 'Read a payment',
        operationId: 'getPayment',
        parameters: [pathParameter('paymentId', { type: 'string', format: 'uuid' })],
        responses: {
          200: success('The payment', '#/components/schemas/Payment'),
          ...errors(paymentErrorCodes.PAYMENT_NOT_FOUND),
        },
      },
    },
    '/api/payments/orders/{orderId}': {
      get: {
        summary: 'Read the payment of an order',
        operationId: 'getPaymentOfOrder',
        parameters: [pathParameter('orderId', { type: 'integer', format: 'int64' })],
        responses: {
          200: success('The payment', '#/components/schemas/Payment'),
          ...errors(paymentErrorCodes.PAYMENT_NOT_FOUND),
        },
      },
    },
    '/api/payments/orders/{orderId}/checkout': {
      get: {
        summary: 'Everything the payment window needs',
        operationId: 'getCheckout',
        parameters: [pathParameter('orderId', { type: 'integer', format: 'int64' })],
        responses: {
          200: success('Parameters of the Toss widget', '#/components/schemas/Checkout'),
          ...errors(paymentErrorCodes.PAYMENT_NOT_FOUND, paymentErrorCodes.PAYMENT_NOT_READY),
        },
      },
    },
  },
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    headers: {
      Location: { description: 'Where the payment can be read', schema: { type: 'string', format: 'uri-reference' } },
      RetryAfter: {
        description: 'Seconds to wait before sending the same request again; absent where that would not help',
        schema: { type: 'integer' },
      },
    },
    schemas: {
      ConfirmRequest: object({
        paymentKey: { type: 'string', minLength: 1, maxLength: 200, not: { enum: ['.', '..'] } },
        orderId: { description: 'The order id; digits in a string are fine too', ...integerOrDigits() },
        amount: { description: 'Whole won; must be the amount of the payment', ...integerOrDigits() },
      }),
      Approved: object({
        paymentId: uuid(),
        orderId: int64(),
        status: { const: 'APPROVED' },
        paidAmount: int64(),
        approvedAt: { type: 'string', format: 'date-time' },
        method: { type: ['string', 'null'] },
        receiptUrl: { type: ['string', 'null'], format: 'uri' },
      }),
      WaitingForDeposit: object({ paymentId: uuid(), orderId: int64(), status: { const: 'WAITING_FOR_DEPOSIT' } }),
      Payment: object({
        paymentId: uuid(),
        orderId: int64(),
        userId: int64(),
        status: { enum: ['READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED'] },
        amount: int64(),
        canceledAmount: int64(),
        remainingAmount: { ...int64(), description: 'What can still be given back' },
        currency: { const: 'KRW' },
        approvedAt: { type: ['string', 'null'], format: 'date-time' },
        method: { type: ['string', 'null'] },
        receiptUrl: { type: ['string', 'null'], format: 'uri' },
        createdAt: { type: 'string', format: 'date-time' },
      }),
      Checkout: object({
        paymentId: uuid(),
        orderId: int64(),
        pgOrderId: { type: 'string', description: 'Give this to the widget as orderId' },
        amount: int64(),
        currency: { const: 'KRW' },
        orderName: { type: 'string', maxLength: 100 },
        customerKey: { type: 'string', maxLength: 50 },
        clientKey: { type: 'string' },
      }),
      Error: object({
        success: { const: false },
        error: object(
          {
            code: { type: 'string' },
            message: { type: 'string' },
            timestamp: { type: 'string', description: 'Korean local time without an offset' },
          },
          {
            details: { $ref: '#/components/schemas/GatewayAnswer' },
            fieldErrors: { type: 'array', items: object({ field: { type: 'string' }, reason: { type: 'string' } }) },
          },
        ),
      }),
      GatewayAnswer: object(
        { outcome: { enum: ['refused', 'declined', 'not-charged', 'unknown'] } },
        { pgCode: { type: 'string' }, pgMessage: { type: 'string' } },
      ),
    },
  },
};

type Schema = Record<string, unknown>;

function object(properties: Record<string, Schema>, optional: Record<string, Schema> = {}) {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } };
}

function json(schema: Schema) {
  return { 'application/json': { schema } };
}

function success(description: string, data: string) {
  return { description, content: json(object({ success: { const: true }, data: { $ref: data } })) };
}

/** One response for each HTTP status, naming every code that may come with it. */
function errors(...codes: ErrorCode[]) {
  const all = [
    ...codes,
    commonErrorCodes.UNAUTHENTICATED,
    commonErrorCodes.INVALID_TOKEN,
    commonErrorCodes.EXPIRED_TOKEN,
  ];
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...all, commonErrorCodes.INTERNAL, commonErrorCodes.UNAVAILABLE]) {
    byStatus.set(code.status, [...(byStatus.get(code.status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map(({ code, message }) => `${code} ${message}`).join('; '),
        content: json({ $ref: '#/components/schemas/Error' }),
        ...(RETRIED_LATER.includes(status) && {
          headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
        }),
      },
    ]),
  );
}

function pathParameter(name: string, schema: Schema) {
  return { name, in: 'path', required: true, schema };
}

function int64(): Schema {
  return { type: 'integer', format: 'int64' };
}

function uuid(): Schema {
  return { type: 'string', format: 'uuid' };
}

function integerOrDigits(): Schema {
  return {
    oneOf: [
      { type: 'integer', format: 'int64' },
      { type: 'string', pattern: '^[0-9]{1,19}$' },
    ],
  };
}
