import { type ConnectAccess } from './servers/connect-part';
import { type KafkaAccess, type Topic } from './servers/kafka-part';
import { type ManagedProcess } from './processes/managed-process';
import { type MariadbAccess } from './servers/mariadb-part';

export type Part = 'mariadb' | 'kafka' | 'connect';

export interface StackOptions<P extends Part> {
  /** `connect` needs `kafka` beside it, or `kafkaElsewhere`. */
  readonly parts: readonly P[];
  /** Runs the MariaDB that the system's package manager installed, where there is one, rather than the pinned one. */
  readonly machineMariadb?: boolean;
  /** A broker that runs already, for a Connect without one of its own. */
  readonly kafkaElsewhere?: KafkaAccess;
  /** Where data and logs live. A fresh temporary folder, removed at the end, unless given; a given one is kept. */
  readonly dir?: string;
  /** Ports that must be these. The others are chosen free, the same as last time in `dir` where possible. */
  readonly ports?: Partial<Record<Part, number>>;
  /** Created once the broker is up; existing ones are left alone. */
  readonly topics?: readonly Topic[];
  readonly onProgress?: (line: string) => void;
  /** Begin anew: what an earlier start left in `dir` is removed. */
  readonly fresh?: boolean;
  /** Keep the temporary folder, to look at logs and data afterwards. */
  readonly keep?: boolean;
  /** Start a process again, on its folder and port, when it dies without having been stopped. */
  readonly restart?: boolean;
  /** Ends the start when aborted, a download under way included; what was started is stopped then. */
  readonly signal?: AbortSignal;
}

/** A running stack. A part that was not asked for is `undefined` to the compiler and throws when read all the same. */
export interface Stack<P extends Part = Part> {
  readonly dir: string;
  readonly mariadb: 'mariadb' extends P ? MariadbAccess : undefined;
  readonly kafka: 'kafka' extends P ? KafkaAccess : undefined;
  readonly connect: 'connect' extends P ? ConnectAccess : undefined;
  /** The specification's variables for the parts that run: DB_HOST, SPRING_KAFKA_BOOTSTRAP_SERVERS and so on. */
  readonly env: Readonly<Record<string, string>>;
  readonly processes: readonly ManagedProcess[];
  /** The process of a part, to be killed, paused and started by tests of faults. */
  process(part: P): ManagedProcess;
  /** Stops what was started and removes a temporary folder. May be called more than once. */
  stop(): Promise<void>;
}
