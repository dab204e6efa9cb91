import { type Clock } from '@koosco/payment-application';
import { type Database, type PaymentOutbox } from '@koosco/payment-db';
import { type Logger } from '@koosco/payment-telemetry';
import { type KafkaConnectClient, type TaskState } from './kafka-connect-client';
import { type LostPosition, lostPositionIn } from './lost-position';
import { type Standstill } from './standstill';

/** What a look at the connector led to. */
export type ConnectorCare =
  | 'running'
  | 'configured'
  | 'restarted'
  /** It has forgotten its position and sends what is PENDING. */
  | 'begun_anew'
  | 'resumed'
  | 'starting'
  /** There is something to do, and another relay does it just now. */
  | 'left';

export interface OutboxConnectorOptions {
  readonly connect: KafkaConnectClient;
  readonly name: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly database: Pick<Database, 'exclusively'> & {
    readonly outbox: Pick<PaymentOutbox, 'pendingStatistics' | 'reopenBehindPending'>;
  };
  readonly standstill: Standstill;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly logger: Logger;
}

/**
 * Keeps the Debezium connector registered with the configuration of this version, running, and moving: a connector says
 * RUNNING while its task has failed, and a task says RUNNING while its link to the database is dead or while what it waits
 * for will never come, so what counts in the end is whether rows get published.
 *
 * The outbox is the authority, not the connector's position in the binary log. Where that position is lost, or a row stays
 * PENDING behind it, the connector forgets it and takes a snapshot of what is PENDING. Any number of relays may look after
 * it at once: one acts at a time.
 */
export class OutboxConnector {
  #begunAnewAt: Date | null = null;

  constructor(private readonly options: OutboxConnectorOptions) {}

  /** @throws KafkaConnectFailure, or an error of the database, when one of them does not answer; look again later. */
  async lookAfter(): Promise<ConnectorCare> {
    const { connect, name, configuration, database, standstill, clock, logger } = this.options;
    if (!(await this.#isConfigured())) {
      standstill.pause();
      return this.#act('configured', async () => {
        await connect.putConfiguration(name, configuration);
        logger.info({ connector: name }, 'connector registered');
      });
    }
    const { connector, tasks, traces } = await connect.status(name);
    const states: TaskState[] = [connector, ...tasks];
    if (states.includes('FAILED')) {
      standstill.pause();
      const reason = lostPositionIn(traces);
      if (reason !== null && this.#mayBeginAnew()) return this.#beginAnew(reason);
      return this.#act('restarted', async () => {
        await connect.restartFailed(name);
        logger.warn({ connector: name, states }, 'connector had failed and is restarted');
      });
    }
    if (states.includes('PAUSED') || states.includes('STOPPED')) {
      standstill.pause();
      return this.#act('resumed', async () => {
        await connect.resume(name);
        logger.warn({ connector: name, states }, 'connector was paused and is resumed');
      });
    }
    if (tasks.length === 0 || !states.every((state) => state === 'RUNNING')) {
      standstill.pause();
      return 'starting';
    }
    const { oldestCreatedAt } = await database.outbox.pendingStatistics();
    if (standstill.isTooLong(oldestCreatedAt, clock.now())) return this.#beginAnew('row_stays_pending');
    return 'running';
  }

  async #act(care: ConnectorCare, action: () => Promise<void>): Promise<ConnectorCare> {
    const done = await this.options.database.exclusively(LOCK, async () => {
      await action();
      return care;
    });
    return done ?? 'left';
  }

  /** What fails for the same reason soon after it has begun anew, begins anew in vain. */
  #mayBeginAnew(): boolean {
    const now = this.options.clock.now().getTime();
    return this.#begunAnewAt === null || now - this.#begunAnewAt.getTime() >= BEGIN_ANEW_INTERVAL_MS;
  }

  /**
   * Published rows behind one that is PENDING are sent again as well, so that the events of a payment end in their order; a
   * consumer knows those it has had by their ids. The snapshot reads what is PENDING, and the binary log from there on.
   */
  #beginAnew(reason: LostPosition | 'row_stays_pending'): Promise<ConnectorCare> {
    const { connect, name, database, clock, logger } = this.options;
    return this.#act('begun_anew', async () => {
      await connect.stop(name);
      for (let looks = 0; looks < STOP_LOOKS_MAX; looks += 1) {
        const { connector, tasks } = await connect.status(name);
        if (connector === 'STOPPED' && tasks.length === 0) break;
        await clock.sleep(STOP_LOOK_INTERVAL_MS);
      }
      // Before the position goes: should this relay die here, more is PENDING, and whoever comes next begins anew for it.
      const reopened = await database.outbox.reopenBehindPending();
      // Refused while it runs still: then all of this is tried again.
      await connect.deleteOffsets(name);
      await connect.resume(name);
      this.#begunAnewAt = clock.now();
      logger.warn(
        { connector: name, reason, reopened },
        'connector has lost rows, and begins anew with what is PENDING',
      );
    });
  }

  async #isConfigured(): Promise<boolean> {
    const current = await this.options.connect.configuration(this.options.name);
    if (current === null) return false;
    const { name: _name, ...rest } = current;
    const wanted = Object.entries(this.options.configuration);
    return Object.keys(rest).length === wanted.length && wanted.every(([key, value]) => rest[key] === value);
  }
}

/** One relay acts at a time: resuming what another has stopped would undo it. */
const LOCK = 'outbox-connector';

const BEGIN_ANEW_INTERVAL_MS = 30_000;
const STOP_LOOK_INTERVAL_MS = 100;
const STOP_LOOKS_MAX = 100;
