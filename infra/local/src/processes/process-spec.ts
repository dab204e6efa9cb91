import { type Readiness } from '../servers/readiness';

export interface ProcessSpec {
  /** What progress lines and errors call it; unique within a supervisor. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Receives standard output and standard error; begun anew by the first start, continued by later ones. */
  readonly logFile: string;
  readonly readiness: Readiness;
  /** How long until it must be ready; 60 s unless given. */
  readonly startTimeoutMs?: number;
  /** From SIGTERM to SIGKILL; 10 s unless given. */
  readonly stopTimeoutMs?: number;
  /** Start it again, with a growing pause, when it ends without having been told to. */
  readonly restart?: boolean;
  /** Never shown when the end of the log is. */
  readonly secrets?: readonly string[];
}
