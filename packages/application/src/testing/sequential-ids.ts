import { type IdGenerator } from '../ports/id-generator';

/** UUIDs that count: `00000000-0000-7000-8000-000000000001`, …2, …3. */
export class SequentialIds implements IdGenerator {
  #last = 0;

  next(): string {
    this.#last += 1;
    return `00000000-0000-7000-8000-${this.#last.toString(16).padStart(12, '0')}`;
  }
}
