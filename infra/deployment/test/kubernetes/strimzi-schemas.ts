import { z } from 'zod';

const metadata = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const configuration = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const apiVersion = z.literal('kafka.strimzi.io/v1');

/** As much of Strimzi's API v1 as we use: its definitions are to be had nowhere that a test can reach. */
export const strimziSchemas = {
  KafkaTopic: z.strictObject({
    apiVersion,
    kind: z.literal('KafkaTopic'),
    metadata,
    spec: z.strictObject({ partitions: z.int().min(1), replicas: z.int().min(1), config: configuration }),
  }),
  KafkaConnector: z.strictObject({
    apiVersion,
    kind: z.literal('KafkaConnector'),
    metadata,
    spec: z.strictObject({
      class: z.string(),
      tasksMax: z.int(),
      autoRestart: z.strictObject({ enabled: z.boolean() }),
      config: configuration,
    }),
  }),
  KafkaConnect: z.strictObject({
    apiVersion,
    kind: z.literal('KafkaConnect'),
    metadata,
    spec: z.strictObject({
      replicas: z.int(),
      bootstrapServers: z.string(),
      groupId: z.string(),
      configStorageTopic: z.string(),
      offsetStorageTopic: z.string(),
      statusStorageTopic: z.string(),
      config: configuration,
      build: z.strictObject({
        output: z.strictObject({ type: z.literal('docker'), image: z.string(), pushSecret: z.string() }),
        plugins: z.array(
          z.strictObject({
            name: z.string(),
            artifacts: z.array(
              z.strictObject({
                type: z.literal('maven'),
                group: z.string(),
                artifact: z.string(),
                version: z.string(),
              }),
            ),
          }),
        ),
      }),
      resources: z.strictObject({ requests: configuration, limits: configuration }),
      jvmOptions: z.record(z.string(), z.string()),
      template: z.strictObject({ connectContainer: z.looseObject({}), pod: z.looseObject({}) }),
    }),
  }),
};
