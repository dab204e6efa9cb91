import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { config } from '../config';
import { jvmArgs } from '../toolchain/jvm';
import { copyKafkaTemplate } from './kafka-template';
import { type ProcessSpec } from '../processes/process-spec';
import { type Runtime } from '../toolchain/runtime';

export interface KafkaAccess {
  /** Comma-separated host:port pairs. */
  readonly bootstrapServers: string;
}

export interface Topic {
  readonly name: string;
  readonly partitions: number;
}

const HEAP_MB = 512;
// One here, more on a cluster that somebody else runs.
const BROKER_DEFAULT = -1;

export function kafkaSpec(
  runtime: Runtime,
  folder: string,
  ports: { readonly broker: number; readonly controller: number },
  logFile: string,
): ProcessSpec {
  const data = join(folder, 'data');
  if (!existsSync(data)) copyKafkaTemplate(runtime.kafkaTemplate, data);
  const properties = join(folder, 'server.properties');
  mkdirSync(folder, { recursive: true });
  writeFileSync(properties, serverProperties(data, ports));
  const access = { bootstrapServers: `127.0.0.1:${ports.broker}` };
  return {
    name: 'kafka',
    command: runtime.java,
    args: [...jvmArgs(runtime, HEAP_MB, 'kafka.Kafka'), properties],
    env: config.childEnv,
    logFile,
    readiness: { probe: () => listTopics(access) },
  };
}

/** Creates what is missing; a topic that exists is left as it is. */
export async function createTopics(access: KafkaAccess, topics: readonly Topic[]): Promise<void> {
  if (topics.length === 0) return;
  await withAdmin(access, async (admin) => {
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map(({ name, partitions }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: BROKER_DEFAULT,
      })),
    });
  });
}

/** Rejects unless the broker answers. */
export async function listTopics(access: KafkaAccess): Promise<void> {
  await withAdmin(access, async (admin) => {
    await admin.listTopics();
  });
}

async function withAdmin(access: KafkaAccess, work: (admin: Admin) => Promise<void>): Promise<void> {
  const kafka = new Kafka({
    clientId: 'local-stack',
    brokers: access.bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 10_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

function serverProperties(data: string, { broker, controller }: { broker: number; controller: number }): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${broker}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
# A misspelt topic is an error, not a new topic.
auto.create.topics.enable=false
# There is one broker, and no reason to wait for a second one or for more members of a group.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# A record is as old as it says, and tests write records of 1970: retention would delete them, unread, half a minute after
# the start.
log.retention.ms=-1
# A killed broker may come back once the controller has given up its earlier life: after 9 s by default.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# Fifty partitions each by default: fifty folders to open at every start, for one group or none.
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
share.coordinator.state.topic.num.partitions=4
`;
}
