import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commonErrorCodes, paymentErrorCodes } from './error-codes';

describe('error codes', () => {
  it('are those of the specification, and the ones that continue its numbering', () => {
    const table = Object.entries(paymentErrorCodes).map(([name, { code, status, message }]) => [
      name,
      code,
      status,
      message,
    ]);
    expect(table).toEqual([
      ['INVALID_PAYMENT_AMOUNT', 'PAYMENT-400-001', 400, '결제 금액이 올바르지 않습니다.'],
      ['INVALID_PAYMENT_STATUS', 'PAYMENT-400-002', 400, '결제 상태가 올바르지 않습니다.'],
      ['PAYMENT_NOT_READY', 'PAYMENT-400-003', 400, '결제가 가능한 상태가 아닙니다.'],
      ['INVALID_PAYMENT_REQUEST', 'PAYMENT-400-004', 400, expect.any(String)],
      ['PAYMENT_NOT_FOUND', 'PAYMENT-404-001', 404, '결제 정보를 찾을 수 없습니다.'],
      ['DUPLICATE_PAYMENT_REQUEST', 'PAYMENT-409-001', 409, '중복된 결제 요청입니다.'],
      ['PAYMENT_ALREADY_APPROVED', 'PAYMENT-409-002', 409, '이미 승인된 결제입니다.'],
      // 409-003 is for a payment that is cancelled already.
      ['AWAITING_DEPOSIT', 'PAYMENT-409-004', 409, expect.any(String)],
      ['PAYMENT_GATEWAY_ERROR', 'PAYMENT-502-001', 502, '결제 게이트웨이 오류가 발생했습니다.'],
    ]);
  });

  it('of the platform are its own', () => {
    const table = Object.values(commonErrorCodes).map(({ code, status, message }) => [code, status, message]);
    expect(table).toEqual([
      ['COMMON-400-001', 400, '잘못된 입력값입니다.'],
      ['COMMON-400-001', 408, '잘못된 입력값입니다.'],
      ['COMMON-400-001', 413, '잘못된 입력값입니다.'],
      ['COMMON-400-001', 415, '잘못된 입력값입니다.'],
      ['COMMON-400-001', 417, '잘못된 입력값입니다.'],
      ['COMMON-400-001', 431, '잘못된 입력값입니다.'],
      ['COMMON-400-004', 400, '유효성 검사에 실패했습니다.'],
      ['COMMON-401', 401, '인증이 필요합니다.'],
      ['COMMON-401-001', 401, '유효하지 않은 토큰입니다.'],
      ['COMMON-401-002', 401, '만료된 토큰입니다.'],
      ['COMMON-404', 404, '대상을 찾을 수 없습니다.'],
      ['COMMON-405', 405, '허용되지 않은 HTTP 메서드입니다.'],
      ['COMMON-500', 500, '서버 내부 오류가 발생했습니다.'],
      ['COMMON-503', 503, '현재 서비스를 이용할 수 없습니다.'],
    ]);
  });

  it('are exactly those that the README explains', () => {
    const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
    const explained = [...readme.matchAll(/^\| `((?:PAYMENT|COMMON)-[\d-]+)` +\| (\d+) +\|/gm)].map(
      ([, code, status]) => `${code} ${status}`,
    );
    const codes = Object.values({ ...paymentErrorCodes, ...commonErrorCodes });
    expect(explained).toEqual(codes.map(({ code, status }) => `${code} ${status}`));
  });
});
