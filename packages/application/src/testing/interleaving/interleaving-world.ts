import { type Clock } from '../../ports/clock';
import { type IdGenerator } from '../../ports/id-generator';
import { type FakeClock } from '../fake-clock';
import { type OrderRecords } from './order-records';
import { type PlacedOrder, type WorkerDatabase, type WorkerGateways } from '../payment-worker';

/**
 * What happens on the way to the gateway and back. `drawn`: by the schedule, call by call, whatever can. The others are the
 * same for every call: only the answer is lost, the request does not arrive, or all is well.
 */
export type Way = 'drawn' | 'answers-lost' | 'requests-lost' | 'good';

/** When a process of a world may go on. */
export interface ProcessTime {
  /** To be waited for before and after whatever the process does outside itself. */
  turn(): Promise<void>;
  readonly clock: Clock;
}

/** Where something happens to one order: a database, a gateway, and the time, which moves when it is told to. */
export interface InterleavingWorld {
  readonly order: PlacedOrder;
  /** Of two windows in which the buyer may pay, and has authenticated. */
  readonly paymentKeys: readonly [string, string];
  readonly ids: IdGenerator;
  readonly clock: FakeClock;
  readonly database: WorkerDatabase;
  gatewaysOf(time: ProcessTime): WorkerGateways;
  setWay(way: Way): void;
  /** Of every clock in this world. */
  advance(durationMs: number): Promise<void>;
  /** Resolves when everything that can go on without time and without a turn has gone on. */
  quiet(): Promise<void>;
  /** What is stored about the order, and what the gateway's books say. */
  records(): Promise<OrderRecords>;
  close(): Promise<void>;
}
