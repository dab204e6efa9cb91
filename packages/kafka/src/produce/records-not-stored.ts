/** Not every record that was sent is known to be stored. */
export class RecordsNotStored extends Error {
  /** @param stored how many of them, the first ones, are stored for certain; of those behind, some may be. */
  constructor(
    topic: string,
    readonly stored: number,
    { cause, message }: { cause: unknown; message?: string },
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(message ?? `not every record is known to be stored in ${topic}: ${why}`, { cause });
    this.name = 'RecordsNotStored';
  }
}
