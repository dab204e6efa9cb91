/** Kafka Connect refused or did not answer. Neither the message nor a cause holds the password of a configuration. */
export class KafkaConnectFailure extends Error {
  constructor(
    what: string,
    /** Null when there was no answer. */
    readonly httpStatus: number | null,
    reason: string,
  ) {
    super(`Kafka Connect: ${what}: ${reason}`);
    this.name = 'KafkaConnectFailure';
  }
}
