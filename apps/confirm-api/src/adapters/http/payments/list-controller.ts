import { type PaymentList, type PaymentPosition, type PaymentQuery } from '@koosco/payment-application';
import { type PaymentStatus } from '@koosco/payment-domain';
import { type Response } from 'express';
import { commonErrorCodes } from '../errors/error-codes';
import { type FieldError, HttpError } from '../errors/http-error';
import { type AuthenticatedRequest } from '../security/authenticated-request';
import { describeState } from './payment-body';
import { sendSuccess } from './success-response';

const LIMIT_MAX = 100;
const STATUSES: readonly PaymentStatus[] = ['READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED'];

/** For administrators: `GET /api/payments?status&from&to&cursor`, the newest first. */
export class ListController {
  constructor(private readonly payments: PaymentList) {}

  async list(request: AuthenticatedRequest, response: Response): Promise<void> {
    if (!request.context.isAdmin) throw new HttpError(commonErrorCodes.FORBIDDEN);
    const query = queryOf(request.query);
    // One more than is shown tells whether there are more.
    const found = await this.payments.find({ ...query, limit: query.limit + 1 });
    const shown = found.slice(0, query.limit);
    const last = found.length > query.limit ? shown.at(-1) : undefined;
    sendSuccess(response, 200, {
      payments: shown.map(({ payment }) => describeState(payment)),
      nextCursor: last === undefined ? null : cursorOf(last.position),
    });
  }
}

/** @throws HttpError 400 `COMMON-400-004` naming every parameter that is wrong. */
function queryOf(given: Readonly<Record<string, unknown>>): PaymentQuery {
  const faults: FieldError[] = [];
  const read = <T>(field: string, of: (text: string) => T | null, reason: string): T | undefined => {
    const value = given[field];
    if (value === undefined) return undefined;
    const found = typeof value === 'string' ? of(value) : null;
    if (found === null) faults.push({ field, reason });
    return found ?? undefined;
  };
  const status = read(
    'status',
    (text) => STATUSES.find((one) => one === text) ?? null,
    `${STATUSES.join(', ')} 중 하나여야 합니다.`,
  );
  const from = read('from', instantOf, 'ISO 8601 시각이어야 합니다.');
  const to = read('to', instantOf, 'ISO 8601 시각이어야 합니다.');
  const after = read('cursor', positionOf, '이 API가 돌려준 값이어야 합니다.');
  const limit = read('limit', (text) => limitOf(text), `1 이상 ${LIMIT_MAX} 이하의 정수여야 합니다.`) ?? LIMIT_MAX;
  if (faults.length > 0) throw new HttpError(commonErrorCodes.INVALID_FIELDS, { fieldErrors: faults });
  return { ...(status && { status }), ...(from && { from }), ...(to && { to }), ...(after && { after }), limit };
}

/** With its offset: a time without one is another time for everybody. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

function instantOf(text: string): Date | null {
  const instant = new Date(text);
  return INSTANT.test(text) && !Number.isNaN(instant.getTime()) ? instant : null;
}

function limitOf(text: string): number | null {
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= LIMIT_MAX ? Number(text) : null;
}

function cursorOf({ createdAt, rowId }: PaymentPosition): string {
  return Buffer.from(`${createdAt.getTime()}.${rowId}`).toString('base64url');
}

function positionOf(cursor: string): PaymentPosition | null {
  const [, time, rowId] = /^(\d{1,14})\.(\d{1,19})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (time === undefined || rowId === undefined) return null;
  return { createdAt: new Date(Number(time)), rowId: BigInt(rowId) };
}
