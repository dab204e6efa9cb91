import { type PaymentEvent } from '@koosco/payment-contracts';
import { type PlannedOrder, type Story } from './order-plan';

/** An end that an order may come to, in every record. */
export interface OrderEnd {
  readonly status: string;
  /** HTTP status and word of what the buyer heard in the end; any of them. */
  readonly answers: readonly (readonly [status: number, word: string])[];
  /** Of the cancel, where the buyer sent one. */
  readonly refundAnswer: string | undefined;
  readonly isCharged: boolean;
  readonly refundedKrw: bigint;
  readonly events: readonly PaymentEvent['type'][];
}

/** One, unless the order was cancelled at a moment at which either may have been first. */
export function endsOf(order: PlannedOrder): readonly OrderEnd[] {
  const { story, ending } = order;
  const kept = keptEnds[story];
  if (ending === undefined) return [kept];
  if (ending.kind !== 'order cancelled') return story === 'pays' ? [givenBack(kept, order, ending)] : [kept];
  const ends = cancelledEnds(order, kept);
  if (ending.when === 'before it is placed') return [ends.calledOff];
  if (ending.when === 'while it is paid') return [ends.calledOff, ends.afterwards];
  return [ends.afterwards];
}

const paid = [[200, 'APPROVED']] as const;
const over = [400, 'PAYMENT-400-003'] as const;
const untouched = { refundAnswer: undefined, isCharged: false, refundedKrw: 0n } as const;

const keptEnds: Record<Story, OrderEnd> = {
  pays: {
    ...untouched,
    status: 'APPROVED',
    answers: paid,
    isCharged: true,
    events: ['payment.created', 'payment.completed'],
  },
  'is declined': {
    ...untouched,
    status: 'FAILED',
    answers: [[502, 'declined']],
    events: ['payment.created', 'payment.failed'],
  },
  'pays a wrong amount': {
    ...untouched,
    status: 'READY',
    answers: [[400, 'PAYMENT-400-001']],
    events: ['payment.created'],
  },
  'owes nothing': {
    ...untouched,
    status: 'APPROVED',
    answers: paid,
    events: ['payment.created', 'payment.completed'],
  },
};

function givenBack(
  kept: OrderEnd,
  { amount }: PlannedOrder,
  { kind, krw }: { readonly kind: 'cancels' | 'returns'; readonly krw: bigint | null },
): OrderEnd {
  const refundedKrw = krw ?? amount;
  const status = refundedKrw === amount ? 'CANCELED' : 'PARTIALLY_CANCELED';
  const refundAnswer = kind === 'cancels' ? status : undefined;
  return { ...kept, status, refundAnswer, refundedKrw, events: [...kept.events, 'payment.canceled'] };
}

function cancelledEnds({ story, amount }: PlannedOrder, kept: OrderEnd): Record<'calledOff' | 'afterwards', OrderEnd> {
  const calledOff: OrderEnd = {
    ...untouched,
    status: 'CANCELED',
    answers: [over, ...(story === 'pays a wrong amount' ? kept.answers : [])],
    events: ['payment.created', 'payment.canceled'],
  };
  switch (story) {
    case 'pays': {
      // Whoever asks again after the money went back is told that it is over.
      const events = [...kept.events, 'payment.canceled' as const];
      return {
        calledOff,
        afterwards: { ...kept, status: 'CANCELED', answers: [...paid, over], refundedKrw: amount, events },
      };
    }
    case 'is declined':
      return { calledOff, afterwards: kept };
    case 'pays a wrong amount':
      return { calledOff, afterwards: calledOff };
    case 'owes nothing': {
      // Approved as it was placed, and cancelled without anything to give back.
      const events = [...kept.events, 'payment.canceled' as const];
      const end: OrderEnd = { ...kept, status: 'CANCELED', answers: [...paid, [200, 'CANCELED']], events };
      return { calledOff: end, afterwards: end };
    }
  }
}
