import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../config';
import { jvmArgs } from '../toolchain/jvm';
import { type KafkaAccess } from './kafka-part';
import { type ProcessSpec } from '../processes/process-spec';
import { type Runtime } from '../toolchain/runtime';

export interface ConnectAccess {
  readonly url: string;
  /**
   * The broker and the database as Connect itself reaches them, which is what a connector's configuration must say: from
   * inside a container they have other names than from here. The database is undefined when the stack has none.
   */
  readonly bootstrapServers: string;
  readonly database: { readonly host: string; readonly port: number } | undefined;
  /** Where a connector finds the password of the account that follows the binary log; absent where we have not said it. */
  readonly databasePassword?: string;
}

/**
 * Connect shows the configuration of its connectors to whoever asks, so it names where the password is (Kafka's
 * EnvVarConfigProvider) instead of saying it.
 */
export const PASSWORD_IN_ENVIRONMENT = '${env:CONNECTOR_DB_PASSWORD}';

const HEAP_MB = 512;

export function connectSpec(
  runtime: Runtime,
  folder: string,
  kafka: KafkaAccess,
  port: number,
  logFile: string,
  databasePassword: string,
): ProcessSpec {
  mkdirSync(folder, { recursive: true });
  const properties = join(folder, 'connect.properties');
  writeFileSync(properties, connectProperties(runtime.pluginPath, kafka, port));
  return {
    name: 'connect',
    command: runtime.java,
    args: [...jvmArgs(runtime, HEAP_MB, 'org.apache.kafka.connect.cli.ConnectDistributed'), properties],
    env: { ...config.childEnv, CONNECTOR_DB_PASSWORD: databasePassword },
    logFile,
    // 200 once the worker has joined its group and can take requests (KIP-1017); other paths answer 404 or 500 before.
    readiness: { url: `http://127.0.0.1:${port}/health` },
    secrets: [databasePassword],
  };
}

function connectProperties(pluginPath: string, kafka: KafkaAccess, port: number): string {
  return `bootstrap.servers=${kafka.bootstrapServers}
group.id=payment-connect
listeners=http://127.0.0.1:${port}
rest.advertised.host.name=127.0.0.1
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
config.storage.topic=payment-connect-configs
offset.storage.topic=payment-connect-offsets
status.storage.topic=payment-connect-status
# The broker's own default: one here, more on a cluster that somebody else runs.
config.storage.replication.factor=-1
offset.storage.replication.factor=-1
status.storage.replication.factor=-1
offset.storage.partitions=1
# A Connect that was killed sends again what came since it last wrote down its place; the default is a minute.
offset.flush.interval.ms=2000
status.storage.partitions=1
plugin.path=${pluginPath}
# Every plugin here names itself in META-INF/services; scanning all jars for more would cost a second at each start.
plugin.discovery=service_load
# Lets a connector set its producer's linger and the like.
connector.client.config.override.policy=All
# A connector's configuration may name variables of this process, of these names and no others.
config.providers=env
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
config.providers.env.param.allowlist.pattern=CONNECTOR_.*
# Connect starts beside its broker and asks until it is there.
reconnect.backoff.ms=50
reconnect.backoff.max.ms=500
`;
}
