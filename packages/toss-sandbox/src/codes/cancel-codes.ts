import { type ErrorCode } from './error-code';

/**
 * The 30 codes documented for `POST /v1/payments/{paymentKey}/cancel` (read 2026-09-29); together with the two of
 * `idempotencyCodes` a cancel can carry 32. INVALID_REFUND_AMOUNT, EXCEED_MAX_REFUND_AMOUNT, NOT_SUPPORTED_REFUND and
 * NOT_ALLOWED_REFUND_BANK are in Toss's global list but not in this table.
 */
export const cancelCodes: readonly ErrorCode[] = [
  {
    httpStatus: 400,
    code: 'ALREADY_CANCELED_PAYMENT',
    korean: '이미 취소된 결제 입니다.',
    english: 'This is a payment that has already been canceled.',
  },
  {
    httpStatus: 400,
    code: 'ALREADY_REFUND_PAYMENT',
    korean: '이미 환불된 결제입니다.',
    english: 'This is a payment that has already been refunded.',
  },
  {
    httpStatus: 400,
    code: 'INVALID_REFUND_ACCOUNT_INFO',
    korean: '환불 계좌번호와 예금주명이 일치하지 않습니다.',
    english: 'The refund account number and its holder do not match.',
  },
  {
    httpStatus: 400,
    code: 'INVALID_REFUND_ACCOUNT_NUMBER',
    korean: '잘못된 환불 계좌번호입니다.',
    english: 'Invalid refund account number.',
  },
  { httpStatus: 400, code: 'INVALID_BANK', korean: '유효하지 않은 은행입니다.', english: 'Invalid bank.' },
  { httpStatus: 400, code: 'INVALID_REQUEST', korean: '잘못된 요청입니다.', english: 'The bad request.' },
  {
    httpStatus: 400,
    code: 'EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT',
    korean: '즉시할인금액보다 적은 금액은 부분취소가 불가능합니다.',
    english: 'Less than the instant discount cannot be canceled in part.',
  },
  {
    httpStatus: 400,
    code: 'NOT_MATCHES_REFUNDABLE_AMOUNT',
    korean: '잔액 결과가 일치하지 않습니다.',
    english: 'The refundable balance does not match.',
  },
  {
    httpStatus: 400,
    code: 'PROVIDER_ERROR',
    korean: '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.',
    english: 'This is temporary error. Please try again in a few minutes.',
  },
  {
    httpStatus: 400,
    code: 'REFUND_REJECTED',
    korean: '환불이 거절됐습니다. 결제사에 문의 부탁드립니다.',
    english: 'The refund was rejected. Please contact the payment provider.',
  },
  {
    httpStatus: 400,
    code: 'FORBIDDEN_BANK_REFUND_REQUEST',
    korean: '고객 계좌가 입금이 되지 않는 상태입니다.',
    english: 'The customer account cannot receive deposits.',
  },
  {
    httpStatus: 401,
    code: 'UNAUTHORIZED_KEY',
    korean: '인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.',
    english: 'Unauthorized secretKey or clientKey.',
  },
  {
    httpStatus: 403,
    code: 'INCORRECT_BASIC_AUTH_FORMAT',
    korean: "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요.",
    english: "Invalid request. Encode the key together with ':'.",
  },
  { httpStatus: 403, code: 'FORBIDDEN_REQUEST', korean: '허용되지 않은 요청입니다.', english: 'Not allowed request.' },
  {
    httpStatus: 403,
    code: 'FORBIDDEN_CONSECUTIVE_REQUEST',
    korean: '반복적인 요청은 허용되지 않습니다. 잠시 후 다시 시도해주세요.',
    english: 'Repetitive requests are not allowed. Please try again in a few minutes.',
  },
  {
    httpStatus: 403,
    code: 'NOT_CANCELABLE_AMOUNT',
    korean: '취소 할 수 없는 금액 입니다.',
    english: 'Not cancelable amount.',
  },
  {
    httpStatus: 403,
    code: 'NOT_CANCELABLE_PAYMENT',
    korean: '취소 할 수 없는 결제 입니다.',
    english: 'Not cancelable payment.',
  },
  {
    httpStatus: 403,
    code: 'NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER',
    korean: '휴면 처리된 회원의 결제는 취소할 수 없습니다.',
    english: 'A payment of a dormant user cannot be canceled.',
  },
  {
    httpStatus: 403,
    code: 'EXCEED_MAX_REFUND_DUE',
    korean: '환불 가능한 기간이 지났습니다.',
    english: 'The refundable period has passed.',
  },
  {
    httpStatus: 403,
    code: 'EXCEED_CANCEL_LIMIT',
    korean: '취소 한도 금액을 초과 하였습니다',
    english: 'The cancel limit has been exceeded.',
  },
  {
    httpStatus: 403,
    code: 'NOT_ALLOWED_PARTIAL_REFUND',
    korean: '에스크로 주문, 현금 카드 결제일 때는 부분 환불이 불가합니다.',
    english: 'Escrow orders and cash card payments cannot be refunded in part.',
  },
  {
    httpStatus: 403,
    code: 'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT',
    korean: '입금 대기중인 결제는 부분 환불이 불가합니다.',
    english: 'A payment waiting for its deposit cannot be refunded in part.',
  },
  {
    httpStatus: 403,
    code: 'NOT_AVAILABLE_BANK',
    korean: '은행 서비스 시간이 아닙니다.',
    english: 'The bank is outside its service hours.',
  },
  {
    httpStatus: 404,
    code: 'NOT_FOUND_PAYMENT',
    korean: '존재하지 않는 결제 정보 입니다.',
    english: 'Not found payment.',
  },
  {
    httpStatus: 500,
    code: 'FAILED_REFUND_PROCESS',
    korean: '은행 응답시간 지연이나 일시적인 오류로 환불요청에 실패했습니다.',
    english: 'The refund failed because the bank was slow or had a temporary error.',
  },
  {
    httpStatus: 500,
    code: 'FAILED_METHOD_HANDLING_CANCEL',
    korean: '취소 중 결제 시 사용한 결제 수단 처리과정에서 일시적인 오류가 발생했습니다.',
    english: 'A temporary error occurred in the payment method while canceling.',
  },
  {
    httpStatus: 500,
    code: 'FAILED_PARTIAL_REFUND',
    korean: '은행 점검, 해약 계좌 등의 사유로 부분 환불이 실패했습니다.',
    english: 'The partial refund failed because of bank maintenance or a closed account.',
  },
  {
    httpStatus: 500,
    code: 'COMMON_ERROR',
    korean: '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.',
    english: 'A temporary error has occurred. Please try again in a few minutes.',
  },
  {
    httpStatus: 500,
    code: 'FAILED_INTERNAL_SYSTEM_PROCESSING',
    korean: '내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요.',
    english: 'Internal system processing operation has failed. Please try again in a few minutes.',
  },
  {
    httpStatus: 500,
    code: 'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING',
    korean: '결제가 완료되지 않았어요. 다시 시도해주세요.',
    english: 'The payment was not completed. Please try again.',
  },
];
