/** What may be done about events that will not arrive by themselves, and when it was done last: shared by all relays. */
export interface OutboxRecovery {
  /**
   * Sends again what has been PENDING for longer than `olderThanMs`, and with it everything of the same payments that came
   * after it, so that each payment's events end in their order: the rows are deleted and inserted again as they were, in one
   * transaction, and whoever follows the binary log finds them there. To be asked for when whatever was committed later has
   * arrived; a consumer knows what came twice by its id.
   *
   * Once in `olderThanMs`, and from the same row on after twice as long each time, up to ten minutes.
   * @returns what was sent again; null when there was nothing, or it was done just now.
   */
  sendAgain(olderThanMs: number): Promise<SentAgain | null>;

  /** Whether the connector may begin anew: not within half a minute of the last time, nor sooner than twice as long as then
   * while no canary has come back since, up to ten minutes. */
  mayBeginAnew(): Promise<boolean>;
  /** It has. */
  hasBegunAnew(): Promise<void>;
}

export interface SentAgain {
  /** Rows that had not arrived. */
  readonly lost: number;
  /** Rows behind them, of which some had: they come twice. */
  readonly behind: number;
  /** The first of the lost ones. */
  readonly fromId: bigint;
}
