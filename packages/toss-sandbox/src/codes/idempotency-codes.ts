import { type ErrorCode } from './error-code';

/** The 2 codes any POST with an Idempotency-Key can carry; documented with the header, not with an operation. */
export const idempotencyCodes: readonly ErrorCode[] = [
  {
    httpStatus: 409,
    code: 'IDEMPOTENT_REQUEST_PROCESSING',
    korean: '이전 멱등 요청이 처리중입니다.',
    english: 'The previous idempotent request is being processed.',
  },
  {
    httpStatus: 400,
    code: 'INVALID_IDEMPOTENCY_KEY',
    korean: '멱등키는 300자 이하여야 합니다.',
    english: 'The idempotency key must be 300 characters or less.',
  },
];
