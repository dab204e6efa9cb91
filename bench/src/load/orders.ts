import { CreatePaymentUseCase } from '@koosco/payment-application';
import { type Database, timeOrderedIds } from '@koosco/payment-db';
import { Money, OrderId, PgOrderId, UserId } from '@koosco/payment-domain';
import { documentedMerchant } from '@koosco/toss-sandbox';
import { PipelinedConnection, postBytes } from './pipelined-connection';

const AMOUNT_KRW = 1_000;
const USERS = 50;

/** A request that confirms an order. */
export interface Prepared {
  readonly request: Buffer;
  readonly orderId: string;
}

/** Orders whose buyers have been through the payment window, and the requests with which they come back. */
export class Orders {
  readonly placed: string[] = [];
  readonly #create: CreatePaymentUseCase;
  #tokens: readonly string[] | undefined;

  constructor(
    database: Database,
    private readonly sandboxPort: number,
    private readonly tokenOf: (user: number) => Promise<string>,
    /** The order ids begin behind it. */
    private last = 0,
  ) {
    this.#create = new CreatePaymentUseCase(database.unitOfWork, { now: () => new Date() }, timeOrderedIds, 'bench');
  }

  async place(count: number): Promise<Prepared[]> {
    this.#tokens ??= await Promise.all(Array.from({ length: USERS }, (_, user) => this.tokenOf(user + 1)));
    const ids = Array.from({ length: count }, () => (this.last += 1));
    for (let from = 0; from < count; from += 500) {
      await this.#create.execute(
        ids.slice(from, from + 500).map((id) => ({
          orderId: OrderId.of(BigInt(id)),
          userId: UserId.of(BigInt(userOf(id))),
          amount: Money.krw(BigInt(AMOUNT_KRW)),
          orderName: '티셔츠 외 1건',
          correlationId: `bench-${id}`,
          causationId: `event-${id}`,
        })),
      );
    }
    const { clientKey } = documentedKeyPair();
    const windows = ids.map((id) =>
      postBytes('/__sim/authentications', {
        clientKey,
        orderId: PgOrderId.of(OrderId.of(BigInt(id))),
        orderName: '티셔츠 외 1건',
        amount: AMOUNT_KRW,
      }),
    );
    const connection = await PipelinedConnection.open(this.sandboxPort);
    const prepared: Prepared[] = [];
    await connection.send(windows, 16, ({ body }, index) => {
      const { paymentKey } = JSON.parse(body) as { paymentKey: string };
      prepared.push(this.#prepare(ids[index] ?? 0, paymentKey));
    });
    connection.close();
    this.placed.push(...ids.map(String));
    return prepared;
  }

  /** As long as those that are placed, for a server that does not look at them. */
  unplaced(count: number): Prepared[] {
    return Array.from({ length: count }, (_, index) => this.#prepare(index + 1, 'x'.repeat(30)));
  }

  #prepare(id: number, paymentKey: string): Prepared {
    const authorization = `Bearer ${this.#tokens?.[userOf(id) - 1] ?? ''}`;
    const body = { paymentKey, orderId: String(id), amount: AMOUNT_KRW };
    return { request: postBytes('/api/payments/confirm', body, { authorization }), orderId: String(id) };
  }
}

const userOf = (id: number): number => (id % USERS) + 1;

/** Of the merchant in Toss's documentation. */
export function documentedKeyPair(): { readonly clientKey: string; readonly secretKey: string } {
  const [pair] = documentedMerchant.keys;
  if (pair === undefined) throw new Error('The documented merchant has no keys');
  return pair;
}
