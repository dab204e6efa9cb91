/** A topic refuses a record for its size; it would refuse it again. */
export class RecordTooLarge extends Error {
  /** @param stored how many of the records that were sent with it, the first ones, are stored. */
  constructor(
    topic: string,
    readonly stored: number,
    options: { cause: unknown },
  ) {
    super(`a record is larger than ${topic} takes`, options);
    this.name = 'RecordTooLarge';
  }
}
