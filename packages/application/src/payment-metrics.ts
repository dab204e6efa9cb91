// What workers count about use cases, under the names that the predecessor's dashboards read. Labels only add to them.

export const KAFKA_CONSUMER_RECORDS_CONSUMED = {
  name: 'kafka_consumer_records_consumed_total',
  help: 'Kafka records consumed, whatever became of them',
  labelNames: ['topic'],
} as const;

export const PAYMENT_CREATED = {
  name: 'payment_created_total',
  help: 'Payments created from orders',
} as const;

export const PAYMENT_APPROVED = {
  name: 'payment_approved_total',
  help: 'Payments approved, each counted once however often it was asked for',
} as const;

export const IDEMPOTENCY_DUPLICATE_PREVENTED = {
  name: 'idempotency_duplicate_prevented_total',
  help: 'Requests and events recognised as repetitions and not executed again',
  labelNames: ['action'],
} as const;
