import { CreatePaymentUseCase } from '@koosco/payment-application';
import { createDatabase, type Database, timeOrderedIds } from '@koosco/payment-db';
import { type FreshDatabase, freshDatabase } from '@koosco/payment-db/testing';
import { Money, OrderId, PgOrderId, UserId } from '@koosco/payment-domain';
import { createLogger } from '@koosco/payment-telemetry';
import { Lifecycle, startWorker, systemClock } from '@koosco/payment-worker';
import { TossClient, tossClientConfig, type TossClientSettings } from '@koosco/toss-client/client';
import { type BuyerChoice, documentedMerchant, startTossSandbox, type TossSandbox } from '@koosco/toss-sandbox';
import { createConnection } from 'mariadb';
import { loadConfig } from '../src/config';
import { compose } from '../src/composition-root';
import { tokens } from '../src/tokens';
import { callApi } from './call-api';
import { type ConfirmAnswer } from './confirm-answer';
import { type TestServer, testServer } from './test-server';
import { userToken } from './user-token';

/** An order that was placed, and what its buyer holds. */
export interface Order {
  readonly orderId: OrderId;
  readonly pgOrderId: PgOrderId;
  readonly userId: bigint;
  readonly amount: bigint;
  readonly token: string;
}

export interface ConfirmBody {
  readonly paymentKey: unknown;
  readonly orderId: unknown;
  readonly amount: unknown;
}

/** A confirm-api as it is deployed, its database, and a Toss. */
export class PaymentWorld {
  /** Everything that was logged. */
  readonly log: string[] = [];
  #lastOrderId = 0n;
  readonly #closers: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly sandbox: TossSandbox,
    readonly address: FreshDatabase,
    /** For what the tests seed; the API has connections of its own. */
    readonly database: Database,
  ) {}

  static async start(server: TestServer = testServer()): Promise<PaymentWorld> {
    const address = await freshDatabase(server);
    const sandbox = await startTossSandbox();
    const database = createDatabase({ ...address, connectionLimit: 2 });
    const world = new PaymentWorld(sandbox, address, database);
    world.#closers.push(
      () => address.drop(),
      () => sandbox.close(),
      () => database.close(),
    );
    return world;
  }

  async stop(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  /** What tells a worker to use this database and this Toss, and to listen on a free port. */
  get environment(): Readonly<Record<string, string>> {
    const { host, port, user, password, database } = this.address;
    return {
      NODE_ENV: 'development',
      SERVER_PORT: '0',
      LOG_LEVEL: 'debug',
      DB_HOST: host,
      DB_PORT: String(port),
      DB_NAME: database,
      DB_USERNAME: user,
      DB_PASSWORD: password,
      TOSS_BASE_URL: this.sandbox.url,
    };
  }

  /** Starts the worker in this process. @returns its URL. */
  async startApi(env: Readonly<Record<string, string>> = {}): Promise<string> {
    const config = loadConfig({ ...this.environment, ...env });
    const destination = { write: (line: string) => void this.log.push(line) };
    const logger = createLogger({ service: 'confirm-api', level: config.LOG_LEVEL, destination });
    const lifecycle = new Lifecycle({ logger });
    this.#closers.push(() => lifecycle.shutdown('end of the test'));
    const parts = compose(config, logger, lifecycle);
    await startWorker(parts.resolve(tokens.worker), logger, lifecycle);
    return `http://127.0.0.1:${await parts.resolve(tokens.http).listening}`;
  }

  /** A client of this Toss, with the key that the worker has. Whoever takes it closes it. */
  tossClient(settings: Partial<TossClientSettings> = {}): TossClient {
    const secretKey = documentedMerchant.keys[0]!.secretKey;
    const base = { environment: 'development', secretKey, baseUrl: this.sandbox.url } as const;
    return new TossClient(tossClientConfig({ ...base, ...settings }));
  }

  /** A payment that is ready to be paid, as order-consumer would have made it. */
  async order({
    orderId = (this.#lastOrderId += 1n),
    amount = 50_000n,
    userId = 1_000n + (orderId % 1_000n),
  }: { orderId?: bigint; amount?: bigint; userId?: bigint } = {}): Promise<Order> {
    const id = OrderId.of(orderId);
    await new CreatePaymentUseCase(this.database.unitOfWork, systemClock, timeOrderedIds, 'order-consumer').execute([
      {
        orderId: id,
        userId: UserId.of(userId),
        amount: Money.krw(amount),
        orderName: '티셔츠 외 1건',
        correlationId: `order-${orderId}`,
        causationId: `event-${orderId}`,
      },
    ]);
    return { orderId: id, pgOrderId: PgOrderId.of(id), userId, amount, token: await userToken(userId) };
  }

  /** The buyer goes through Toss's payment window. @returns the payment key that they come back with. */
  async authenticate({ pgOrderId, amount }: Order, choice: BuyerChoice = {}): Promise<string> {
    const [keys] = documentedMerchant.keys;
    const window = {
      clientKey: keys!.clientKey,
      orderId: pgOrderId,
      orderName: '티셔츠 외 1건',
      amount: Number(amount),
    };
    return (await this.sandbox.control.authenticate({ ...window, ...choice })).paymentKey;
  }

  /** Toss goes no further than this stage of the order's next such call. @returns what lets it go on. */
  async hold(
    { pgOrderId: orderId }: Order,
    route: 'confirm' | 'cancel',
    stage: 'before' | 'during' | 'after',
  ): Promise<() => Promise<void>> {
    const { control } = this.sandbox;
    const held = await control.addFault({ route, orderId, times: 1, fault: { kind: 'hold', stage } });
    return () => control.removeFault(held);
  }

  confirm(apiUrl: string, order: Order, body: Partial<ConfirmBody>, token = order.token): Promise<ConfirmAnswer> {
    return confirm(apiUrl, token, { orderId: String(order.orderId), amount: Number(order.amount), ...body });
  }

  /** How often, and with what in sum, the buyer of an order was charged according to Toss's books. */
  chargesOf({ pgOrderId }: Order): { count: number; krw: number } {
    const charges = this.sandbox.ledger().filter((row) => row.orderId === pgOrderId && row.kind === 'charge');
    return { count: charges.length, krw: charges.reduce((sum, { amount }) => sum + amount, 0) };
  }

  /** The same of what Toss has given back. */
  refundsOf({ pgOrderId }: Order): { count: number; krw: number } {
    const refunds = this.sandbox.ledger().filter((row) => row.orderId === pgOrderId && row.kind === 'cancel');
    return { count: refunds.length, krw: refunds.reduce((sum, { amount }) => sum + amount, 0) };
  }

  /** A buyer has ordered and paid. */
  async paidOrder(apiUrl: string, choice: BuyerChoice = {}): Promise<Order> {
    const order = await this.order();
    await this.confirm(apiUrl, order, { paymentKey: await this.authenticate(order, choice) });
    return order;
  }

  async cancel(
    apiUrl: string,
    order: Order,
    body: object = {},
    { token = order.token, key }: { token?: string; key?: string } = {},
  ): Promise<ConfirmAnswer> {
    const payment = await this.database.reader.findByOrderId(order.orderId);
    return callApi(`${apiUrl}/api/payments/${payment?.state.paymentId}/cancel`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body: JSON.stringify({ cancelReason: '단순 변심', ...body }),
    });
  }

  async statusOf({ orderId }: Order): Promise<string | undefined> {
    return (await this.database.reader.findByOrderId(orderId))?.state.status;
  }

  /** On a connection of its own, which no outage before it can have ended. */
  async query(sql: string, values: unknown[]): Promise<Row[]> {
    const connection = await createConnection({ ...this.address, timezone: 'Z' });
    try {
      return await connection.query<Row[]>(sql, values);
    } finally {
      await connection.end();
    }
  }

  /** Rows of everything that hangs on a payment, oldest first. */
  async rowsOf({ orderId }: Order) {
    const [payment] = await this.query('SELECT * FROM payment WHERE order_id = ?', [orderId]);
    const paymentId = payment?.['payment_id'];
    const all = (table: string, column: string) =>
      this.query(`SELECT * FROM ${table} WHERE ${column} = ? ORDER BY id`, [paymentId]);
    return {
      payment,
      transactions: await all('payment_transaction', 'payment_id'),
      attempts: await all('payment_attempt', 'payment_id'),
      refunds: await all('payment_refund', 'payment_id'),
      history: await all('payment_history', 'payment_id'),
      events: await all('payment_outbox', 'aggregate_id'),
      idempotency: await this.query('SELECT * FROM payment_idempotency WHERE order_id = ? ORDER BY id', [orderId]),
    };
  }

  async eventTypesOf(order: Order): Promise<unknown[]> {
    return (await this.rowsOf(order)).events.map((row) => row['event_type']);
  }
}

type Row = Record<string, unknown>;

export function confirm(apiUrl: string, token: string, body: object): Promise<ConfirmAnswer> {
  return callApi(`${apiUrl}/api/payments/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
