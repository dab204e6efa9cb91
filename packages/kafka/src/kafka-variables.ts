import { z } from 'zod';

/** The specification's variables of Kafka, for the configuration of a worker. */
export const kafkaVariables = {
  SPRING_KAFKA_BOOTSTRAP_SERVERS: z
    .string()
    .regex(/^[^\s:,]+:\d+(\s*,\s*[^\s:,]+:\d+)*$/, 'must be host:port, or several separated by commas'),
};

export const kafkaDefaults = { SPRING_KAFKA_BOOTSTRAP_SERVERS: 'localhost:9092' };
