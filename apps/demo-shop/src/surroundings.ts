import { type DatabaseAddress } from '@koosco/payment-db';

/** The running system that the shop belongs to, as whoever started it knows it. */
export interface Surroundings {
  /** Base URLs without a slash at the end. */
  readonly apiUrl: string;
  readonly consumerOpsUrl: string;
  readonly relayOpsUrl: string;
  readonly sandboxUrl: string;
  readonly connectUrl: string;
  /** Comma-separated host:port pairs. */
  readonly bootstrapServers: string;
  readonly database: DatabaseAddress;
  /** What may be killed; somebody starts it again. */
  readonly processes: readonly MortalProcess[];
  /** A token as the platform's login would give it to this buyer. */
  readonly tokenOf: (userId: bigint) => Promise<string>;
}

export interface MortalProcess {
  readonly name: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** Ends it as a crash would; resolves once it is gone. */
  kill(): Promise<void>;
}
