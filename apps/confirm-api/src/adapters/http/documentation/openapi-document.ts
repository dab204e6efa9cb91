import { commonErrorCodes, paymentErrorCodes } from '../errors/error-codes';
import { errors, success, openApiHeaders, openApiResponses, ordinaryHeaders } from './openapi-responses';
import { openApiSchemas, orderIdInPath, paymentIdInPath, idempotencyKey, listParameters } from './openapi-schemas';

/**
 * OpenAPI 3.1 of everything under `/api`. Error codes and messages come from the tables that the answers come from, and
 * every answer that a test of this app sees is held against this document.
 */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Payment service',
    version: '1',
    description:
      'Takes payments for orders through Toss Payments. Amounts are whole won. Order ids are 64-bit integers: parse them ' +
      'without loss (`JSON.parse` of a browser rounds above 2^53). Every time is ISO 8601 with its offset, but for ' +
      '`error.timestamp`, which the platform fixes as Korean local time without one; `error.occurredAt` is the same ' +
      'moment with its offset. Paths are case-sensitive and have no slash at their end; the hexadecimal digits of a UUID ' +
      'may be of either case. A `HEAD` of whatever can be read has the headers of its `GET`.',
    license: { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' },
  },
  servers: [{ url: '/', description: 'Where this document was read' }],
  security: [{ bearer: [] }],
  tags: [
    { name: 'payments', description: 'Paying for orders, giving back, and reading what became of it' },
    { name: 'webhooks', description: 'What Toss tells' },
  ],
  paths: {
    '/api/payments/confirm': {
      post: {
        tags: ['payments'],
        summary: 'Charge what the buyer authenticated in the payment window',
        description:
          'May be sent again, whenever and however often: the same payment key is charged once and gets the same ' +
          'answer. At a system that `npm start` runs, follow the commands that it prints up to the payment key, and put ' +
          'that key into the example.',
        operationId: 'confirmPayment',
        parameters: [idempotencyKey],
        requestBody: {
          required: true,
          description: 'At most 16 KB, not compressed',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ConfirmRequest' } } },
        },
        responses: {
          200: success('Approved, now or before', 'Approved'),
          202: success('A virtual account was issued; the buyer still has to transfer the money', 'WaitingForDeposit', {
            Location: { $ref: '#/components/headers/Location' },
          }),
          ...errors(
            { code: paymentErrorCodes.INVALID_PAYMENT_AMOUNT },
            { code: paymentErrorCodes.PAYMENT_NOT_READY },
            {
              code: paymentErrorCodes.INVALID_PAYMENT_REQUEST,
              details: {
                outcome: 'not-charged',
                pgCode: 'NOT_FOUND_PAYMENT_SESSION',
                pgMessage: '결제 시간이 만료되었습니다.',
              },
            },
            { code: paymentErrorCodes.PAYMENT_NOT_FOUND },
            { code: paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST },
            { code: paymentErrorCodes.PAYMENT_ALREADY_APPROVED },
            { code: paymentErrorCodes.IDEMPOTENCY_KEY_REUSED },
            { code: paymentErrorCodes.AWAITING_DEPOSIT, details: { outcome: 'none' } },
            { code: paymentErrorCodes.PAYMENT_GATEWAY_ERROR, details: { outcome: 'unknown' } },
            { code: commonErrorCodes.INVALID_FIELDS, fieldErrors: [{ field: 'amount', reason: '필수 값입니다.' }] },
            { code: commonErrorCodes.BODY_TOO_LARGE },
            { code: commonErrorCodes.UNSUPPORTED_MEDIA_TYPE },
          ),
        },
      },
    },
    '/api/webhooks/toss': {
      post: {
        tags: ['webhooks'],
        summary: 'Toss tells that something has changed',
        description: 'Kept and answered; it is a reason to look at Toss, and nothing of it is believed.',
        operationId: 'receiveTossWebhook',
        security: [],
        requestBody: {
          required: true,
          description: 'At most 64 KB, not compressed',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        responses: {
          200: {
            description: 'Kept',
            headers: ordinaryHeaders,
            content: {
              'application/json': {
                schema: { type: 'object', required: ['success'], properties: { success: { const: true } } },
              },
            },
          },
          ...errors({ code: commonErrorCodes.BODY_TOO_LARGE }, { code: commonErrorCodes.UNSUPPORTED_MEDIA_TYPE }),
        },
      },
    },
    '/api/payments/{paymentId}/cancel': {
      post: {
        tags: ['payments'],
        summary: 'Give a part or all of a payment back',
        description:
          'The amount is reserved before Toss is asked. Name the request by an `Idempotency-Key` to be able to repeat it: the ' +
          'same key is the same refund, however often it is sent. Without one, each request is a refund of its own; after ' +
          '`unknown` read the payment instead of asking again.',
        operationId: 'cancelPayment',
        parameters: [paymentIdInPath, idempotencyKey],
        requestBody: {
          required: true,
          description: 'At most 16 KB, not compressed',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/CancelRequest' } } },
        },
        responses: {
          200: success('Given back, now or before', 'Canceled'),
          ...errors(
            { code: paymentErrorCodes.INVALID_PAYMENT_AMOUNT, details: { outcome: 'charged' } },
            { code: paymentErrorCodes.INVALID_PAYMENT_STATUS, details: { outcome: 'none' } },
            { code: paymentErrorCodes.PAYMENT_NOT_FOUND },
            { code: paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST, details: { outcome: 'unknown' } },
            { code: paymentErrorCodes.PAYMENT_ALREADY_CANCELED, details: { outcome: 'refunded' } },
            { code: paymentErrorCodes.IDEMPOTENCY_KEY_REUSED },
            {
              code: paymentErrorCodes.CANCEL_REFUSED,
              details: {
                outcome: 'charged',
                pgCode: 'EXCEED_MAX_REFUND_DUE',
                pgMessage: '환불 가능한 기간이 지났습니다.',
              },
            },
            { code: paymentErrorCodes.PAYMENT_GATEWAY_ERROR, details: { outcome: 'unknown' } },
            {
              code: commonErrorCodes.INVALID_FIELDS,
              fieldErrors: [{ field: 'cancelReason', reason: '필수 값입니다.' }],
            },
            { code: commonErrorCodes.BODY_TOO_LARGE },
            { code: commonErrorCodes.UNSUPPORTED_MEDIA_TYPE },
          ),
        },
      },
    },
    '/api/payments': {
      get: {
        tags: ['payments'],
        summary: 'List payments, the newest first',
        description: 'For administrators.',
        operationId: 'listPayments',
        parameters: listParameters,
        responses: {
          200: success('Payments', 'PaymentList'),
          ...errors(
            { code: commonErrorCodes.FORBIDDEN },
            {
              code: commonErrorCodes.INVALID_FIELDS,
              fieldErrors: [{ field: 'cursor', reason: '이 API가 돌려준 값이어야 합니다.' }],
            },
          ),
        },
      },
    },
    '/api/payments/{paymentId}': {
      get: {
        tags: ['payments'],
        summary: 'Read a payment',
        description: 'A payment of somebody else looks as if there were none.',
        operationId: 'getPayment',
        parameters: [paymentIdInPath],
        responses: {
          200: success('The payment', 'Payment'),
          ...errors({ code: paymentErrorCodes.PAYMENT_NOT_FOUND }),
        },
      },
    },
    '/api/payments/orders/{orderId}': {
      get: {
        tags: ['payments'],
        summary: 'Read the payment of an order',
        description: 'A payment of somebody else looks as if there were none.',
        operationId: 'getPaymentOfOrder',
        parameters: [orderIdInPath],
        responses: {
          200: success('The payment', 'Payment'),
          ...errors({ code: paymentErrorCodes.PAYMENT_NOT_FOUND }),
        },
      },
    },
    '/api/payments/orders/{orderId}/checkout': {
      get: {
        tags: ['payments'],
        summary: 'Everything the payment window needs',
        description: 'Refused while a confirm of the payment is not settled: the buyer may be charged already.',
        operationId: 'getCheckout',
        parameters: [orderIdInPath],
        responses: {
          200: success('Parameters of the Toss widget', 'Checkout'),
          ...errors(
            { code: paymentErrorCodes.PAYMENT_NOT_FOUND },
            { code: paymentErrorCodes.PAYMENT_NOT_READY },
            { code: paymentErrorCodes.DUPLICATE_PAYMENT_REQUEST, details: { outcome: 'unknown' } },
            { code: paymentErrorCodes.AWAITING_DEPOSIT, details: { outcome: 'none' } },
          ),
        },
      },
    },
  },
  components: {
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'The JWT of the platform: signed with HS256, HS384 or HS512, `sub` is the user id in decimal, `exp` is required. ' +
          '`npm start` prints one of user 1 (`export TOKEN=…`): paste what follows the `=`.',
      },
    },
    headers: openApiHeaders,
    responses: openApiResponses,
    schemas: openApiSchemas,
  },
};
