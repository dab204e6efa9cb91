import { type AuditFinding, AuditUseCase, type GatewayBooks, unexplainedKrw } from '@koosco/payment-application';
import { type DatabaseOptions, openAuditReader } from '@koosco/payment-db';
import { type Logger } from '@koosco/payment-telemetry';

/** What each round looks at: whatever explains itself within it was under way. */
const PERIOD_MS = 60 * 60_000;
/** What is younger may not be in Toss's list yet. */
const YOUNGEST_MS = 2 * 60_000;

/** Compares the last hour's money, again and again, and says once what nobody explains. */
export class AuditRound {
  #told = new Set<string>();

  constructor(
    private readonly books: GatewayBooks,
    private readonly database: DatabaseOptions,
    private readonly logger: Logger,
  ) {}

  /**
   * @returns the sum in won of what is unexplained.
   * @throws BooksUnread where Toss cannot be read, or what the database throws.
   */
  async run(now: Date): Promise<bigint> {
    const to = now.getTime() - YOUNGEST_MS;
    const reader = await openAuditReader(this.database);
    const findings: AuditFinding[] = [];
    try {
      const windows = new AuditUseCase(this.books, reader).windows(new Date(to - PERIOD_MS), new Date(to));
      for await (const window of windows) findings.push(...window.findings);
    } finally {
      await reader.close();
    }
    const unexplained = findings.filter(({ kind }) => kind === 'unexplained');
    this.#tell(unexplained);
    return unexplainedKrw(unexplained);
  }

  #tell(unexplained: readonly AuditFinding[]): void {
    const nameOf = ({ orderId, text }: AuditFinding) => `${orderId ?? ''} ${text}`;
    for (const finding of unexplained.filter((one) => !this.#told.has(nameOf(one)))) {
      const { orderId, krw, text } = finding;
      const fields = { orderId: orderId?.toString(), krw: krw.toString() };
      this.logger.error(fields, `the books do not agree: ${text}. npm run payctl -- explain says more of the order`);
    }
    this.#told = new Set(unexplained.map(nameOf));
  }
}
