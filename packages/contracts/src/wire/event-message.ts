type HeaderValue = Uint8Array | string | null;

/**
 * A Kafka message as clients hand it over; kafkajs's `KafkaMessage` is one. Structured mode (the value holds
 * everything) and binary mode (attributes in `ce_…` headers, the value is the data) are both read.
 */
export interface EventMessage {
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>> | undefined;
}
