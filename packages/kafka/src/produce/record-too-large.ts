import { RecordsNotStored } from './records-not-stored';

/** A topic refuses a record for its size; it would refuse it again. It is the one behind those that are stored. */
export class RecordTooLarge extends RecordsNotStored {
  constructor(topic: string, stored: number, options: { cause: unknown }) {
    super(topic, stored, { ...options, message: `a record is larger than ${topic} takes` });
    this.name = 'RecordTooLarge';
  }
}
