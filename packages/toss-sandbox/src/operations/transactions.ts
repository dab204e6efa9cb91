import { koreanSeconds, parseKoreanLocal } from '../korean-time';
import { type ForcedCode } from '../faults/forced-codes';
import { type LedgerRow } from '../state/ledger-row';
import { type KeyHolder } from '../state/merchant-keys';
import { type Payment } from '../state/payment/payment';
import { methodNames, receiptUrl } from '../state/payment/payment-view';
import { type SandboxState } from '../state/sandbox-state';
import { refuse, type Outcome, type Speaker } from './answer';

const limitDefault = 100;
const limitMax = 5_000;
/** Documented: a transaction may take this long to appear. */
const visibleAfterMs = 60_000;

export interface TransactionsCommand extends Speaker {
  readonly query: URLSearchParams;
  readonly holder: KeyHolder;
  readonly forced: ForcedCode | undefined;
}

/** `GET /v1/transactions`: one entry per movement of money, oldest first. */
export function transactions(state: SandboxState, command: TransactionsCommand): Outcome {
  if (command.forced !== undefined) return refuse('lookup', command.forced.code, command);
  const { query, switches } = command;
  const fromMs = parseKoreanLocal(query.get('startDate') ?? '');
  const toMs = parseKoreanLocal(query.get('endDate') ?? '');
  const limit = Number(query.get('limit') ?? limitDefault);
  if (fromMs === undefined || toMs === undefined || !Number.isInteger(limit) || limit < 1 || limit > limitMax) {
    return refuse('lookup', 'INVALID_REQUEST', command);
  }
  const visibleUntilMs = state.clock.nowMs() - (switches.transactionsVisible === 'at-once' ? 0 : visibleAfterMs);
  const inRange = state.ledger.rows.filter((row) => {
    const atMs = Date.parse(row.at);
    return row.mId === command.holder.mId && atMs >= fromMs && atMs <= Math.min(toMs + 999, visibleUntilMs);
  });
  const after = query.get('startingAfter');
  const start = after === null ? 0 : inRange.findIndex((row) => row.transactionKey === after) + 1;
  const page = inRange.slice(start, start + limit).map((row) => entry(state, row, command));
  return { answer: { status: 200, body: JSON.stringify(page) } };
}

function entry(state: SandboxState, row: LedgerRow, { language, switches }: Speaker) {
  const payment = state.payments.get(row.paymentKey);
  if (payment === undefined) throw new Error(`Ledger row ${row.seq} is about a payment nobody knows`);
  const negative = row.kind !== 'charge' && switches.transactionCancelAmount === 'negative';
  return {
    mId: row.mId,
    transactionKey: row.transactionKey,
    paymentKey: row.paymentKey,
    orderId: row.orderId,
    method: payment.method === null ? null : methodNames[payment.method][language],
    customerKey: payment.customerKey,
    useEscrow: payment.useEscrow,
    receiptUrl: receiptUrl(payment),
    status: statusAfter(row, payment),
    transactionAt: koreanSeconds(Date.parse(row.at)),
    currency: row.currency,
    amount: negative ? -row.amount : row.amount,
  };
}

function statusAfter(row: LedgerRow, payment: Payment): Payment['status'] {
  switch (row.kind) {
    case 'charge':
      return 'DONE';
    case 'deposit-reversal':
      return 'WAITING_FOR_DEPOSIT';
    case 'cancel':
      return payment.cancels.length === 1 && payment.balanceAmount === 0 ? 'CANCELED' : 'PARTIAL_CANCELED';
  }
}
