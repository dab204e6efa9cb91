import { type Access, type Environment } from './environment';
import { type Topic } from './servers/kafka-part';
import { type ManagedProcess } from './processes/managed-process';
import { type Part } from './stack';

/** Where a part comes from. */
export type Source = 'environment' | 'docker' | 'processes';

export interface InfrastructureOptions {
  /** Data, logs and ports of what is started; a temporary folder, removed at the end, unless given. */
  readonly dir?: string;
  /** Begin anew: what an earlier start left in `dir` is removed. */
  readonly fresh?: boolean;
  readonly ports?: Partial<Record<Part, number>>;
  readonly topics?: readonly Topic[];
  readonly onProgress?: (line: string) => void;
  readonly restart?: boolean;
  /** Ends the start when aborted, a download under way included. */
  readonly signal?: AbortSignal;
  /** The environment to look for servers in; this process's own unless given. */
  readonly env?: Environment;
}

/** A database, a broker and Connect that answer, wherever they run. */
export interface Infrastructure extends Access {
  readonly source: Readonly<Record<Part, Source>>;
  /** The specification's variables for all of it. */
  readonly env: Readonly<Record<string, string>>;
  /** The parts that run as processes of ours. */
  readonly processes: readonly ManagedProcess[];
  /** Stops what was started here, and nothing else. */
  stop(): Promise<void>;
}
