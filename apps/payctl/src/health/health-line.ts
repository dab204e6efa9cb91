import { reasonOf } from '../reason-of';

/** One row of the table: something that is looked at, and how it is. */
export interface HealthLine {
  readonly name: string;
  /** `unread`: nobody answered, so nothing is known of it. */
  readonly state: 'fine' | 'wrong' | 'unread';
  readonly text: string;
}

/** What `look` finds; that it throws or takes longer than this is found too. */
export async function lineOf(
  name: string,
  look: () => Promise<Omit<HealthLine, 'name'>>,
  deadlineMs = 8_000,
): Promise<HealthLine> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return { name, ...(await Promise.race([look(), late])) };
  } catch (error) {
    return { name, state: 'unread', text: reasonOf(innermost(error)) };
  } finally {
    clearTimeout(timer);
  }
}

/** The outermost error often only says that something failed. */
function innermost(error: unknown): unknown {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? innermost(cause) : error;
}
