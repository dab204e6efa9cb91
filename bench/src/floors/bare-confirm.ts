import { randomUUID } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { createPool, type PoolConnection } from 'mariadb';

/**
 * The floor beside confirm-api: what a confirm must do, by hand, with node:http and the driver alone. The same rows
 * are locked, read and written in the same two durable transactions, and Toss is called between them; nobody is
 * authenticated, nothing is checked, and no failure is met.
 */
const settings = JSON.parse(process.argv[2] ?? '') as {
  readonly database: { host: string; port: number; user: string; password: string; database: string };
  readonly connections: number;
  readonly tossPort: number;
  readonly authorization: string;
};

interface Confirm {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly amount: number;
}

const pool = createPool({
  ...settings.database,
  connectionLimit: settings.connections,
  timezone: 'Z',
  acquireTimeout: 60_000,
});
const agent = new Agent({ keepAlive: true });

async function confirm({ paymentKey, orderId, amount }: Confirm): Promise<object> {
  const attemptId = randomUUID();
  const paymentId = await inTransaction(async (connection) => {
    const [payment] = await connection.query<{ payment_id: string }[]>(
      'SELECT * FROM payment WHERE order_id = ? FOR UPDATE',
      [orderId],
    );
    const id = payment?.payment_id ?? '';
    await connection.query('SELECT * FROM payment_attempt WHERE unresolved_payment_id = ?', [id]);
    await connection.query(
      "INSERT INTO payment_idempotency (order_id, action, idempotency_key, created_at) VALUES (?, 'APPROVE', ?, NOW(3))",
      [orderId, paymentKey],
    );
    await connection.query(
      `INSERT INTO payment_attempt (attempt_id, payment_id, order_id, action, payment_key, gateway_idempotency_key, amount,
         status, correlation_id, leased_until, due_at, fence, send_may_arrive_until, created_at, updated_at)
       VALUES (?, ?, ?, 'APPROVE', ?, ?, ?, 'IN_FLIGHT', ?, NOW(3) + INTERVAL 6 SECOND, NOW(3) + INTERVAL 6 SECOND, 1,
         NOW(3) + INTERVAL 60 SECOND, NOW(3), NOW(3))`,
      [attemptId, id, orderId, paymentKey, attemptId, amount, attemptId],
    );
    return id;
  });
  const charge = await callToss({ paymentKey, orderId: tossOrderId(orderId), amount }, attemptId);
  await inTransaction(async (connection) => {
    await connection.query('SELECT * FROM payment WHERE order_id = ? FOR UPDATE', [orderId]);
    await connection.query('SELECT * FROM payment_attempt WHERE attempt_id = ? FOR UPDATE', [attemptId]);
    await connection.query(
      "UPDATE payment_attempt SET status = 'SUCCEEDED', leased_until = NULL, due_at = NULL, updated_at = NOW(3) WHERE attempt_id = ?",
      [attemptId],
    );
    await connection.query(
      `UPDATE payment SET status = 'APPROVED', payment_key = ?, pg_transaction_id = ?, approved_at = NOW(3), method = ?,
         receipt_url = ?, sequence = sequence + 1, version = version + 1, updated_at = NOW(3) WHERE payment_id = ?`,
      [paymentKey, charge.lastTransactionKey, charge.method, charge.receipt.url, paymentId],
    );
    await connection.query(
      `INSERT INTO payment_transaction (payment_id, type, status, pg_transaction_id, amount, occurred_at, created_at)
       VALUES (?, 'APPROVAL', 'SUCCESS', ?, ?, NOW(3), NOW(3))`,
      [paymentId, charge.lastTransactionKey, amount],
    );
    await connection.query(
      `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status)
       VALUES (?, 'Payment', 'payment.completed', ?, 'koosco.commerce.payment.completed', ?, 'PENDING')`,
      [paymentId, JSON.stringify(completed(paymentId, { orderId, paymentKey, amount }, charge, attemptId)), paymentId],
    );
    await connection.query(
      `INSERT INTO payment_history (payment_id, sequence, from_status, to_status, canceled_amount, actor, causation_id,
         attempt_id, occurred_at) VALUES (?, 2, 'READY', 'APPROVED', 0, 'bench', ?, ?, NOW(3))`,
      [paymentId, attemptId, attemptId],
    );
  });
  return { success: true, data: { paymentId, orderId, status: 'APPROVED', paidAmount: amount } };
}

/** As many bytes as confirm-api promises. */
function completed(
  paymentId: string,
  { orderId, paymentKey, amount }: Confirm,
  { lastTransactionKey }: Charge,
  causationId: string,
): object {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'payment-service',
    type: 'payment.completed',
    subject: `payment/${paymentId}`,
    time: new Date(),
    datacontenttype: 'application/json',
    data: {
      paymentId,
      orderId: Number(orderId),
      sequence: 2,
      correlationId: `bench-${orderId}`,
      causationId,
      paidAmount: amount,
      paymentKey,
      pgTransactionId: lastTransactionKey,
      transactionId: lastTransactionKey,
      currency: 'KRW',
      approvedAt: Date.now(),
    },
  };
}

async function inTransaction<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  try {
    await connection.query('BEGIN');
    const result = await work(connection);
    await connection.query('COMMIT');
    return result;
  } finally {
    await connection.release();
  }
}

interface Charge {
  readonly lastTransactionKey: string;
  readonly method: string;
  readonly receipt: { readonly url: string };
}

function callToss(body: object, idempotencyKey: string): Promise<Charge> {
  const bytes = Buffer.from(JSON.stringify(body));
  const { tossPort: port, authorization } = settings;
  return new Promise((resolve, reject) => {
    const headers = {
      authorization,
      'content-type': 'application/json',
      'content-length': bytes.length,
      'idempotency-key': idempotencyKey,
    };
    const call = request({ agent, host: '127.0.0.1', port, method: 'POST', path: '/v1/payments/confirm', headers });
    call.on('error', reject);
    call.on('response', (answer) => {
      readBody(answer).then((text) => resolve(JSON.parse(text) as Charge), reject);
    });
    call.end(bytes);
  });
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** As the payment window was given it. */
function tossOrderId(orderId: string): string {
  return `ord-${orderId.padStart(19, '0')}`;
}

createServer((incoming, response) => {
  readBody(incoming)
    .then((text) => confirm(JSON.parse(text) as Confirm))
    .then((answer) => {
      const bytes = Buffer.from(JSON.stringify(answer));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
    })
    .catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.writeHead(500, { 'content-length': 0 }).end();
    });
}).listen(0, '127.0.0.1', function (this: { address(): unknown }) {
  process.stdout.write(`http://127.0.0.1:${(this.address() as { port: number }).port}\n`);
});
