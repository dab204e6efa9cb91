import { type ErrorCode } from './error-code';

/**
 * The 7 codes documented for both look-ups, `GET /v1/payments/{paymentKey}` and `GET /v1/payments/orders/{orderId}`. The
 * Korean text of NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT is unverified.
 */
export const lookupCodes: readonly ErrorCode[] = [
  {
    httpStatus: 400,
    code: 'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
    korean: '5만원 이하의 결제는 할부가 불가능해서 결제에 실패했습니다.',
    english: 'Installments are available from 50,000 won.',
  },
  {
    httpStatus: 401,
    code: 'UNAUTHORIZED_KEY',
    korean: '인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.',
    english: 'Unauthorized secretKey or clientKey.',
  },
  {
    httpStatus: 403,
    code: 'FORBIDDEN_CONSECUTIVE_REQUEST',
    korean: '반복적인 요청은 허용되지 않습니다. 잠시 후 다시 시도해주세요.',
    english: 'Repetitive requests are not allowed. Please try again in a few minutes.',
  },
  {
    httpStatus: 403,
    code: 'INCORRECT_BASIC_AUTH_FORMAT',
    korean: "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요.",
    english: "Invalid request. Encode the key together with ':'.",
  },
  {
    httpStatus: 404,
    code: 'NOT_FOUND_PAYMENT',
    korean: '존재하지 않는 결제 정보 입니다.',
    english: 'Not found payment.',
  },
  { httpStatus: 404, code: 'NOT_FOUND', korean: '존재하지 않는 정보 입니다.', english: 'Not found.' },
  {
    httpStatus: 500,
    code: 'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING',
    korean: '결제가 완료되지 않았어요. 다시 시도해주세요.',
    english: 'The payment was not completed. Please try again.',
  },
];
