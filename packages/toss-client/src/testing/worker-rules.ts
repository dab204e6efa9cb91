import { type SendRecord } from '@koosco/payment-domain';

/** What the code around the protocol keeps to; each can be broken on purpose. */
export interface WorkerRules {
  readonly permitAsked: boolean;
  readonly recordsBeforeSending: boolean;
  readonly settleComparesFence: boolean;
  /** A takeover waits for the end of the lease, and takes a new fencing token. */
  readonly takeOverChecks: boolean;
  /** That Toss does not know the payment is final only after its session. */
  readonly absenceWaits: boolean;
  /** The `unknown` of a worker that lost the attempt leaves the new owner's lease alone. */
  readonly staleLeavesLease: boolean;
  /** What a takeover knows of what was recorded: all of it. */
  remember(record: SendRecord): SendRecord;
}

/** What the workers do. */
export const intactWorkerRules: WorkerRules = {
  permitAsked: true,
  recordsBeforeSending: true,
  settleComparesFence: true,
  takeOverChecks: true,
  absenceWaits: true,
  staleLeavesLease: true,
  remember: (record) => record,
};
