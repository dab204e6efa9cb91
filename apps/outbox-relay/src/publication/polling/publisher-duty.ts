import { type OutboxPublication } from '@koosco/payment-db';
import { type RecordProducer } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type Duty } from '@koosco/payment-worker';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { repeatUnlessRefused } from '../repeat-unless-refused';
import { OutboxPublisher, type OutboxPublisherOptions } from './outbox-publisher';

/** A publisher that was killed is succeeded after this long, and a look of its successor. */
export const PUBLISHER_LEASE_MS = 3_000;
/** What was sent is stored, or has failed, after this long: half a lease, so that it can end before the lease does. */
export const SEND_MS_MAX = 1_500;
const RENEW_AFTER_MS = 750;
/** Most of the time from a commit to the topic, where there is little to do. */
const IDLE_INTERVAL_MS = 15;
const STANDBY_INTERVAL_MS = 250;

export interface PublisherDutyOptions {
  readonly publication: OutboxPublication;
  /** @throws when the broker does not answer; tried again, it may. */
  readonly connect: () => Promise<Pick<RecordProducer, 'sendTogether' | 'close'>>;
  /** @throws RelayModeRefused where somebody else brings these events to Kafka. */
  readonly requireMode: () => Promise<void>;
  readonly onPublished: OutboxPublisherOptions['onPublished'];
  readonly logger: Logger;
}

/**
 * Publishes while this relay has the lease for it, and waits for it while another one has. The lease is the database's and is judged
 * by its clock; here it counts from before it was asked for, so that it is over for this process before it is for any other.
 */
export class PublisherDuty implements Duty {
  readonly name = 'publishing';
  readonly #id = randomUUID();
  /** When the lease was asked for that is held now, by this process's own clock; null without one. */
  #heldFrom: number | null = null;
  #hasMore = false;

  constructor(private readonly options: PublisherDutyOptions) {}

  async run(signal: AbortSignal): Promise<void> {
    const { publication, connect, onPublished, logger } = this.options;
    const opened: { producer?: Awaited<ReturnType<typeof connect>>; publisher?: OutboxPublisher } = {};
    const round = async (): Promise<void> => {
      this.#hasMore = false;
      // Before the lease: who has no broker leaves it to who has one.
      opened.producer ??= await connect();
      const { producer } = opened;
      const lease = await this.#hold();
      if (lease !== 'kept') {
        const former = opened.publisher;
        delete opened.publisher;
        await former?.settle();
      }
      if (lease === 'another') return;
      const requireLease = () => this.#requireLease();
      opened.publisher ??= new OutboxPublisher({ outbox: publication, producer, requireLease, onPublished });
      this.#hasMore = (await opened.publisher.round()) > 0;
    };
    const intervalMs = () => (this.#heldFrom === null ? STANDBY_INTERVAL_MS : this.#hasMore ? 0 : IDLE_INTERVAL_MS);
    try {
      await repeatUnlessRefused({ name: this.name, intervalMs, round, logger, signal });
    } finally {
      await opened.publisher?.settle().catch(() => undefined);
      await publication.release(this.#id).catch(() => undefined);
      await opened.producer?.close().catch(() => undefined);
    }
  }

  /** Keeps the lease, or takes it where nobody has it. It is taken, too, when it was over before it was renewed. */
  async #hold(): Promise<'kept' | 'taken' | 'another'> {
    if (this.#heldForMs() > PUBLISHER_LEASE_MS - RENEW_AFTER_MS) return 'kept';
    const { publication, requireMode, logger } = this.options;
    const asked = performance.now();
    const isHeld = await publication.hold(this.#id, PUBLISHER_LEASE_MS);
    const isKept = isHeld && this.#heldForMs() > 0;
    if (!isKept) {
      this.#heldFrom = null;
      await requireMode();
    }
    if (!isHeld) return 'another';
    this.#heldFrom = asked;
    if (isKept) return 'kept';
    logger.info({ publisher: this.#id }, 'outbox-relay publishes');
    return 'taken';
  }

  #requireLease(): void {
    if (this.#heldForMs() < SEND_MS_MAX) throw new Error('the lease of this publisher is nearly over');
  }

  #heldForMs(): number {
    return this.#heldFrom === null ? 0 : this.#heldFrom + PUBLISHER_LEASE_MS - performance.now();
  }
}
