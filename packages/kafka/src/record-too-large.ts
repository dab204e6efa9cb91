/** A topic refuses a record for its size; it would refuse it again. */
export class RecordTooLarge extends Error {
  constructor(topic: string, options: { cause: unknown }) {
    super(`a record is larger than ${topic} takes`, options);
    this.name = 'RecordTooLarge';
  }
}
