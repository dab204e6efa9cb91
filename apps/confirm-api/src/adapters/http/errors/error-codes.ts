/**
 * The service's own error codes: names, codes, Korean messages and HTTP numbers as the specification fixes them, and
 * those that continue its numbering. HTTP numbers of payment outcomes exist here and nowhere else.
 */
export const paymentErrorCodes = {
  INVALID_PAYMENT_AMOUNT: { code: 'PAYMENT-400-001', status: 400, message: '결제 금액이 올바르지 않습니다.' },
  INVALID_PAYMENT_STATUS: { code: 'PAYMENT-400-002', status: 400, message: '결제 상태가 올바르지 않습니다.' },
  PAYMENT_NOT_READY: { code: 'PAYMENT-400-003', status: 400, message: '결제가 가능한 상태가 아닙니다.' },
  INVALID_PAYMENT_REQUEST: { code: 'PAYMENT-400-004', status: 400, message: '결제 요청이 올바르지 않습니다.' },
  PAYMENT_NOT_FOUND: { code: 'PAYMENT-404-001', status: 404, message: '결제 정보를 찾을 수 없습니다.' },
  DUPLICATE_PAYMENT_REQUEST: { code: 'PAYMENT-409-001', status: 409, message: '중복된 결제 요청입니다.' },
  PAYMENT_ALREADY_APPROVED: { code: 'PAYMENT-409-002', status: 409, message: '이미 승인된 결제입니다.' },
  PAYMENT_ALREADY_CANCELED: { code: 'PAYMENT-409-003', status: 409, message: '이미 취소된 결제입니다.' },
  AWAITING_DEPOSIT: { code: 'PAYMENT-409-004', status: 409, message: '가상계좌 입금을 기다리고 있는 결제입니다.' },
  IDEMPOTENCY_KEY_REUSED: {
    code: 'PAYMENT-422-001',
    status: 422,
    message: '멱등키가 다른 요청에 사용되었습니다.',
  },
  CANCEL_REFUSED: { code: 'PAYMENT-422-002', status: 422, message: '결제 취소가 거절되었습니다.' },
  PAYMENT_GATEWAY_ERROR: { code: 'PAYMENT-502-001', status: 502, message: '결제 게이트웨이 오류가 발생했습니다.' },
} as const satisfies Record<string, ErrorCode>;

/** The platform's codes for what is not about payments; HTTP statuses that it has no code for carry the nearest one. */
export const commonErrorCodes = {
  UNREADABLE_REQUEST: { code: 'COMMON-400-001', status: 400, message: '잘못된 입력값입니다.' },
  REQUEST_TIMEOUT: { code: 'COMMON-400-001', status: 408, message: '잘못된 입력값입니다.' },
  BODY_TOO_LARGE: { code: 'COMMON-400-001', status: 413, message: '잘못된 입력값입니다.' },
  UNSUPPORTED_MEDIA_TYPE: { code: 'COMMON-400-001', status: 415, message: '잘못된 입력값입니다.' },
  EXPECTATION_FAILED: { code: 'COMMON-400-001', status: 417, message: '잘못된 입력값입니다.' },
  HEADERS_TOO_LARGE: { code: 'COMMON-400-001', status: 431, message: '잘못된 입력값입니다.' },
  INVALID_FIELDS: { code: 'COMMON-400-004', status: 400, message: '유효성 검사에 실패했습니다.' },
  UNAUTHENTICATED: { code: 'COMMON-401', status: 401, message: '인증이 필요합니다.' },
  INVALID_TOKEN: { code: 'COMMON-401-001', status: 401, message: '유효하지 않은 토큰입니다.' },
  EXPIRED_TOKEN: { code: 'COMMON-401-002', status: 401, message: '만료된 토큰입니다.' },
  FORBIDDEN: { code: 'COMMON-403', status: 403, message: '접근이 거부되었습니다.' },
  NOT_FOUND: { code: 'COMMON-404', status: 404, message: '대상을 찾을 수 없습니다.' },
  METHOD_NOT_ALLOWED: { code: 'COMMON-405', status: 405, message: '허용되지 않은 HTTP 메서드입니다.' },
  TOO_MANY_REQUESTS: { code: 'COMMON-503', status: 429, message: '현재 서비스를 이용할 수 없습니다.' },
  INTERNAL: { code: 'COMMON-500', status: 500, message: '서버 내부 오류가 발생했습니다.' },
  UNAVAILABLE: { code: 'COMMON-503', status: 503, message: '현재 서비스를 이용할 수 없습니다.' },
} as const satisfies Record<string, ErrorCode>;

export interface ErrorCode {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly message: string;
}
