import { type Config } from './config';

/** Where a command speaks. */
export interface Streams {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** What a command does once its arguments are understood. @returns the exit code. */
export type Understood = (surroundings: Streams & { readonly config: Config }) => Promise<number>;

/** One of the things payctl can do. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  /** @returns what is wrong with the arguments, where they are not understood. */
  understand(args: readonly string[]): Understood | string;
}
