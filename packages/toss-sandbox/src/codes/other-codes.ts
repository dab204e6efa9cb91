import { type ErrorCode } from './error-code';

/**
 * Codes of Toss's global list that may surface although no operation's table names them. Those without a documented
 * text carry one of ours; a client that meets them should treat them as unlisted.
 */
export const otherCodes: readonly ErrorCode[] = [
  {
    httpStatus: 400,
    code: 'INVALID_TEST_CODE',
    korean: '유효하지 않은 테스트 코드입니다.',
    english: 'Invalid test code.',
  },
  {
    httpStatus: 400,
    code: 'INVALID_PAYMENT_KEY',
    korean: '잘못된 결제 키 입니다.',
    english: 'Invalid payment key.',
  },
  {
    httpStatus: 400,
    code: 'DUPLICATED_ORDER_ID',
    korean: '이미 승인 및 취소가 진행된 중복된 주문번호 입니다.',
    english: 'This order id was already approved or canceled.',
  },
  {
    httpStatus: 400,
    code: 'INVALID_ORDER_ID',
    korean: '`orderId`는 영문 대소문자, 숫자, 특수문자(-, _) 만 허용합니다. 6자 이상 64자 이하여야 합니다.',
    english: '`orderId` must be 6 to 64 letters, digits, hyphens or underscores.',
  },
  {
    httpStatus: 400,
    code: 'ALREADY_COMPLETED_PAYMENT',
    korean: '이미 완료된 결제 입니다.',
    english: 'This payment is already completed.',
  },
  { httpStatus: 400, code: 'DUPLICATED_REQUEST', korean: '중복된 요청입니다.', english: 'Duplicated request.' },
  {
    httpStatus: 400,
    code: 'MAINTAINED_METHOD',
    korean: '현재 점검 중 입니다.',
    english: 'The payment method is under maintenance.',
  },
  {
    httpStatus: 400,
    code: 'PAY_PROCESS_ABORTED',
    korean: '결제 진행 중 승인에 실패하여 결제가 중단되었습니다.',
    english: 'Payment has been canceled or has not been processed.',
  },
  {
    httpStatus: 400,
    code: 'PAY_PROCESS_CANCELED',
    korean: '사용자에 의해 결제가 취소되었습니다.',
    english: 'Payment has been canceled by the customer.',
  },
  {
    httpStatus: 400,
    code: 'EXCEEDS_TRANSFER_AMOUNT_MAXIMUM',
    korean: '계좌이체 가능 금액을 초과했습니다.',
    english: 'The amount exceeds what a transfer can carry.',
  },
  {
    httpStatus: 400,
    code: 'API_VERSION_UPDATE_NEEDED',
    korean: 'API 버전 업데이트가 필요합니다.',
    english: 'The API version must be updated.',
  },
  {
    httpStatus: 404,
    code: 'NOT_FOUND_MERCHANT',
    korean: '존재하지 않는 상점 정보 입니다.',
    english: 'Merchant not found.',
  },
  {
    httpStatus: 404,
    code: 'NOT_FOUND_HTTP_METHOD',
    korean: '잘못된 HTTP 메서드 입니다.',
    english: 'HTTP method not found.',
  },
  {
    httpStatus: 500,
    code: 'FAILED_METHOD_HANDLING',
    korean: '결제 중 선택한 결제 수단 처리과정에서 일시적인 오류가 발생했습니다.',
    english: 'A temporary error occurred in the payment method.',
  },
  {
    httpStatus: 500,
    code: 'FAILED_DB_PROCESSING',
    korean: '잘못된 요청 값으로 처리 중 DB 에러가 발생했습니다.',
    english: 'A database error occurred.',
  },
  { httpStatus: 500, code: 'UNKNOWN_ERROR', korean: '알 수 없는 에러가 발생했습니다.', english: 'Unknown error.' },
];
