import { type Clock } from '@koosco/payment-application';
import {
  beginAnew,
  CONNECTOR_LOCK,
  differencesOf,
  type KafkaConnectClient,
  type LostPosition,
  lostPositionIn,
  type TaskState,
} from '@koosco/outbox-connector';
import { type Database } from '@koosco/payment-db';
import { type Logger } from '@koosco/payment-telemetry';
import { Beginning } from './beginning';
import { Insistence } from './insistence';
import { type Standstill } from './standstill';

/** What a look at the connector led to. */
export type ConnectorCare =
  | 'running'
  | 'configured'
  | 'restarted'
  /** It has forgotten its position, and goes on from the end of the binary log. */
  | 'begun_anew'
  /** Events that had been lost were given to it once more. */
  | 'sent_again'
  | 'resumed'
  | 'starting'
  /** What has arrived is not being read back: nothing is known of the connector, and nothing is done to it. */
  | 'reader_behind'
  /** It says that it runs, nothing arrives, and it has begun anew not long ago. */
  | 'stuck'
  /** There is something to do, and another does it: a relay just now, or whoever owns the connector. */
  | 'left';

export interface OutboxConnectorOptions {
  readonly connect: KafkaConnectClient;
  readonly name: string;
  readonly configuration: Readonly<Record<string, string>>;
  /** Somebody else, such as Strimzi, configures, restarts and resumes the connector: it is looked at, and left as it is. */
  readonly observeOnly: boolean;
  readonly database: Pick<Database, 'exclusively' | 'outboxRecovery'> & {
    readonly outboxCanary: Pick<Database['outboxCanary'], 'pulse'>;
  };
  /** Whether what stands on the topics now is read back within seconds. @throws when the broker does not answer. */
  readonly isReadBack: () => Promise<boolean>;
  readonly standstill: Standstill;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly logger: Logger;
}

/**
 * Keeps the Debezium connector registered with the configuration of this version, running, and moving: a connector says
 * RUNNING while its task has failed, and a task says RUNNING while its link to the database is dead or while what it waits
 * for will never come, so what counts in the end is whether canaries arrive.
 *
 * The outbox is the authority, not the connector's position in the binary log. Where that position is lost, or nothing arrives
 * any more, the connector forgets it and goes on from the end. Rows that stay PENDING while canaries arrive that were committed
 * after them have been missed, whatever the reason, and are given to it once more. Any number of relays may look after it at
 * once: one acts at a time.
 */
export class OutboxConnector {
  readonly #insistence = new Insistence();
  readonly #beginning = new Beginning();
  /** Whether the broker did not answer the last time, or what has arrived was not read back. */
  #isReadingInDoubt = false;

  constructor(private readonly options: OutboxConnectorOptions) {}

  /** @throws KafkaConnectFailure, or an error of the database or the broker, when one of them does not answer; look again later. */
  async lookAfter(): Promise<ConnectorCare> {
    try {
      return await this.#look();
    } catch (error) {
      // While Connect, the database or the broker is away nothing can arrive, and the connector is not to blame.
      this.options.standstill.pause();
      throw error;
    }
  }

  async #look(): Promise<ConnectorCare> {
    const { connect, name, configuration, database, standstill, clock, logger } = this.options;
    const found = await connect.configuration(name);
    // One of another version does as well, and a relay of that version may be there to put it again.
    if (differencesOf(found, configuration).length > 0 && (found === null || this.#insistence.mayPut(clock.now()))) {
      standstill.pause();
      return this.#act('configured', async () => {
        await connect.putConfiguration(name, configuration);
        if (found === null) this.#beginning.begin(clock.now());
        logger.info({ connector: name }, 'connector registered');
      });
    }
    const { connector, tasks, traces } = await connect.status(name);
    const states: TaskState[] = [connector, ...tasks];
    if (states.includes('FAILED')) {
      standstill.pause();
      const reason = lostPositionIn(traces);
      if (reason !== null && (await database.outboxRecovery.mayBeginAnew())) return this.#beginAnew(reason);
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
    return this.#whileItRuns();
  }

  async #whileItRuns(): Promise<ConnectorCare> {
    const { database, isReadBack, standstill, clock } = this.options;
    const askedAt = clock.now();
    const { canaryAgeMs, canaryBackAt, oldestPendingAgeMs } = await database.outboxCanary.pulse();
    if (canaryBackAt === null) this.#beginning.mustHaveBegun();
    const stillForMs = standstill.lastsFor(canaryBackAt, askedAt);
    const isFresh = canaryAgeMs !== null && canaryAgeMs < standstill.patienceMs;
    const isFirst = isFresh && this.#beginning.isShownBy(canaryAgeMs, askedAt);
    // What was committed before a canary that has arrived has arrived, too: the binary log is one sequence. Before the first one of
    // a beginning some are certain to be missed; were they waited for, an installation's first events would come after ten seconds.
    const lostAfterMs = (canaryAgeMs ?? Infinity) + (isFirst ? 0 : TRANSACTION_MS_MAX);
    const isMissed = isFresh && oldestPendingAgeMs !== null && oldestPendingAgeMs > lostAfterMs;
    if (isMissed || this.#isReadingInDoubt || stillForMs >= standstill.patienceMs / 2) {
      this.#isReadingInDoubt = true;
      this.#isReadingInDoubt = !(await isReadBack());
      if (this.#isReadingInDoubt) {
        standstill.pause();
        return 'reader_behind';
      }
    }
    const answeredAfterMs = clock.now().getTime() - askedAt.getTime();
    // Whoever took so long was away until then: clients try again within a request.
    if (answeredAfterMs > standstill.patienceMs / 5) standstill.pause();
    else if (!isMissed && stillForMs >= standstill.patienceMs)
      return (await database.outboxRecovery.mayBeginAnew()) ? this.#beginAnew('nothing_arrives') : 'stuck';
    const care = isMissed ? await this.#sendAgain(lostAfterMs + answeredAfterMs, isFirst) : 'running';
    if (isFirst) this.#beginning.end();
    return care === 'running' && this.#beginning.isUnderWay ? 'starting' : care;
  }

  async #act(care: ConnectorCare, action: () => Promise<void>): Promise<ConnectorCare> {
    if (this.options.observeOnly) return 'left';
    const done = await this.options.database.exclusively(CONNECTOR_LOCK, async () => {
      await action();
      return care;
    });
    return done ?? 'left';
  }

  /** Where that was done just now, there is nothing to do but to wait for it. */
  async #sendAgain(olderThanMs: number, isFirst: boolean): Promise<ConnectorCare> {
    const { name, database, logger } = this.options;
    const send = () => database.outboxRecovery.sendAgain(Math.ceil(olderThanMs));
    const sent = await database.exclusively(CONNECTOR_LOCK, send);
    if (sent === null) return 'running';
    const { lost, behind, fromId } = sent;
    const fields = { connector: name, lost, behind, fromId: fromId.toString() };
    const why = isFirst ? 'had been committed before the connector began' : 'had not arrived although later ones had';
    logger.warn(fields, `events ${why}, and are sent again`);
    return 'sent_again';
  }

  /** What it has missed stays PENDING, and is sent again when canaries arrive. */
  #beginAnew(reason: LostPosition | 'nothing_arrives'): Promise<ConnectorCare> {
    const { connect, name, database, standstill, clock, logger } = this.options;
    return this.#act('begun_anew', async () => {
      // Refused while it runs still: then all of this is tried again.
      await beginAnew(connect, name, (ms) => clock.sleep(ms));
      await database.outboxRecovery.hasBegunAnew();
      this.#beginning.begin(clock.now());
      standstill.pause();
      logger.warn(
        { connector: name, reason },
        'connector has lost its place, and goes on from the end of the binary log',
      );
    });
  }
}

/** From the insertion of an event to its commit, generously. One that took longer comes twice. */
const TRANSACTION_MS_MAX = 5_000;
