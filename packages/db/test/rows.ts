/** A row of each table that the database takes, to be spoiled in one column. */
export const payment = {
  payment_id: '00000000-0000-7000-8000-000000000001',
  order_id: 1,
  user_id: 1,
  amount: 1000,
  status: 'READY',
  pg_order_id: 'ord-1',
  order_name: '생수',
  correlation_id: 'c',
  sequence: 1,
  version: 1,
  created_at: '2026-01-15 09:00:00',
  updated_at: '2026-01-15 09:00:00',
};

export const approved = { ...payment, status: 'APPROVED', approved_at: '2026-01-15 09:00:00', payment_key: 'key' };

export const transaction = {
  payment_id: payment.payment_id,
  type: 'APPROVAL',
  status: 'SUCCESS',
  amount: 1000,
  occurred_at: '2026-01-15 09:00:00',
  created_at: '2026-01-15 09:00:00',
};

export const idempotency = { order_id: 1, action: 'CREATE', idempotency_key: 'k', created_at: '2026-01-15 09:00:00' };

export const attempt = {
  attempt_id: '00000000-0000-7000-8000-000000000002',
  payment_id: payment.payment_id,
  order_id: 1,
  action: 'APPROVE',
  payment_key: 'key',
  gateway_idempotency_key: 'g',
  amount: 1000,
  status: 'UNKNOWN',
  correlation_id: 'c',
  leased_until: null,
  due_at: '2026-01-15 09:00:00',
  fence: 0,
  created_at: '2026-01-15 09:00:00',
  updated_at: '2026-01-15 09:00:00',
};

export const outbox = {
  aggregate_id: 'a',
  aggregate_type: 'Payment',
  event_type: 'payment.created',
  payload: '{}',
  topic: 't',
  partition_key: 'p',
  status: 'PENDING',
};

export const unappliedCharge = {
  attempt_id: attempt.attempt_id,
  payment_id: payment.payment_id,
  order_id: 1,
  payment_key: 'key',
  amount: 1000,
  approved_at: '2026-01-15 09:00:00',
  reason: 'r',
  found_at: '2026-01-15 09:00:00',
};

/** Under way. */
export const refund = {
  refund_id: '00000000-0000-7000-8000-000000000003',
  payment_id: payment.payment_id,
  order_id: 1,
  payment_key: 'key',
  origin: 'REQUEST',
  cause_id: 'request:1',
  causation_id: 'c',
  amount: 300,
  reason: 'r',
  correlation_id: 'c',
  status: 'UNKNOWN',
  remaining_before: 1000,
  due_at: '2026-01-15 09:00:00',
  send_key_slot: 'first',
  created_at: '2026-01-15 09:00:00',
  updated_at: '2026-01-15 09:00:00',
};
