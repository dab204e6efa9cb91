import { describe, expect, it } from '@jest/globals';
import { connectorConfigurationOf } from '@koosco/outbox-connector';
import { dltTopicOf, orderTopics, paymentTopics } from '@koosco/payment-contracts';
import { OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';
import { SHUTDOWN_DEADLINE_MS } from '@koosco/payment-worker';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCompose } from '../test/compose';
import { readDockerfile } from '../test/images/dockerfile';
import { type Manifest, render, type Selector } from '../test/kubernetes/render';
import { schemaProblems } from '../test/kubernetes/schema-problems';
import { strimziSchemas } from '../test/kubernetes/strimzi-schemas';
import { OVERLAYS, ROOT } from '../test/repository';
import { load, type Settings, unreadIn, type Worker, workers } from '../test/settings/worker-settings';

const isStrimzi = ({ apiVersion }: Manifest) => apiVersion === 'kafka.strimzi.io/v1';

describe.each(['development', 'production', 'production-strimzi'])('the overlay %s', (overlay) => {
  const manifests = render(join(OVERLAYS, overlay));
  const named = (kind: string, name: string) => {
    const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
    if (found === undefined) throw new Error(`There is no ${kind} ${name}`);
    return found;
  };
  const ofKind = (kind: string) => manifests.filter((one) => one.kind === kind);
  const withPods = manifests.filter(({ kind }) => ['Deployment', 'Job'].includes(kind));
  const namesOfPods = withPods.map((one) => one.spec.template.metadata.labels['app.kubernetes.io/name'] as string);

  it('is what the schemas of Kubernetes, KEDA and Strimzi allow', () => {
    expect(schemaProblems(manifests.filter((one) => !isStrimzi(one)))).toEqual([]);
    for (const manifest of manifests.filter(isStrimzi)) {
      strimziSchemas[manifest.kind as keyof typeof strimziSchemas].parse(manifest);
    }
    const ids = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(withPods.map((one) => [one.metadata.name, one] as const))(
    'lets %s do nothing but its work',
    (name, workload) => {
      const pod = workload.spec.template.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      });
      const [container] = pod.containers;
      expect(container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: {
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        },
      });
      expect(container.image).toMatch(/^payment\/[a-z-]+:\d+\.\d+\.\d+$/);
      expect(Object.keys(readCompose().services).map((service) => `payment/${service}`)).toContain(
        container.image.split(':')[0],
      );
      expect(workload.spec.template.metadata.labels).toMatchObject({ 'app.kubernetes.io/name': name });
      if (workload.kind === 'Deployment')
        expect(workload.spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': name });
      const files = pod.volumes?.map((volume: { secret: { secretName: string } }) => volume.secret.secretName) ?? [];
      expect(files).toEqual(container.volumeMounts === undefined ? [] : [`payment-${name.replace('payment-', '')}`]);
    },
  );

  it('points only at what is there', () => {
    const targets = [...ofKind('HorizontalPodAutoscaler'), ...ofKind('ScaledObject')];
    for (const target of targets) {
      // What is scaled says no number of its own: applying it again would undo the scaling.
      expect(named('Deployment', target.spec.scaleTargetRef.name).spec.replicas).toBeUndefined();
    }
    expect(targets.map(({ metadata }) => metadata.name)).toEqual(['confirm-api', 'order-consumer']);
    const selectors = [
      ...ofKind('PodDisruptionBudget').map((one) => one.spec.selector),
      ...ofKind('Service').map((one) => ({ matchLabels: one.spec.selector })),
      ...ofKind('NetworkPolicy').flatMap((one) => [one.spec.podSelector, ...peersOf(one)]),
    ];
    const known = [...namesOfPods, ...(overlay === 'production-strimzi' ? ['payment-connect'] : [])];
    for (const name of selectors.flatMap(namesIn)) expect(known).toContain(name);
    expect(ofKind('PodDisruptionBudget').map(({ metadata }) => metadata.name)).toEqual([...workers]);
  });

  const settings = named('ConfigMap', 'payment-settings').data ?? {};
  const containerOf = (name: string) => named('Deployment', name).spec.template.spec.containers[0];
  const ownSettings = (worker: Worker): Settings =>
    Object.fromEntries((containerOf(worker).env ?? []).map(({ name, value }) => [name, value]));
  const secretsOf = (name: string): Settings => {
    const secret = ofKind('Secret').find(({ metadata }) => metadata.name === name);
    const text = secret?.stringData?.['secrets.env'];
    return text === undefined
      ? exemplary(documentedSecrets(name))
      : Object.fromEntries(text.trim().split('\n').map(pair));
  };

  it.each(workers)('gives %s the settings it wants, and none that nobody reads', (worker) => {
    const secrets = secretsOf(`payment-${worker}`);
    const all = { ...settings, ...secrets, ...ownSettings(worker) };
    expect(() => load[worker](all)).not.toThrow();
    expect(unreadIn(worker, all).filter((name) => !(name in settings))).toEqual([]);
    for (const name of Object.keys(overlay === 'development' ? {} : secrets)) {
      const { [name]: _without, ...others } = all;
      expect(() => load[worker](others)).toThrow(`${name} is missing`);
    }
  });

  it('has no setting for all that is read by none', () => {
    const unread = workers.map((worker) =>
      unreadIn(worker, { ...settings, ...secretsOf(`payment-${worker}`), ...ownSettings(worker) }),
    );
    expect(Object.keys(settings).filter((name) => unread.every((names) => names.includes(name)))).toEqual([]);
  });

  it.each(workers)('probes %s where it listens, and waits for its end', (worker) => {
    const config = load[worker]({ ...settings, ...secretsOf(`payment-${worker}`), ...ownSettings(worker) });
    const container = containerOf(worker);
    const port = config.SERVER_PORT ?? config.OPS_PORT;
    expect(container.ports).toEqual([{ name: 'http', containerPort: port }]);
    expect(named('Service', worker).spec.ports).toEqual([{ name: 'http', port, targetPort: 'http' }]);
    for (const [probe, group] of [
      ['startupProbe', 'liveness'],
      ['livenessProbe', 'liveness'],
      ['readinessProbe', 'readiness'],
    ] as const) {
      expect(container[probe].httpGet).toEqual({ path: `/actuator/health/${group}`, port: 'http' });
    }
    const { template } = named('Deployment', worker).spec;
    expect(template.metadata.annotations['prometheus.io/port']).toBe(String(port));
    expect(template.spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(SHUTDOWN_DEADLINE_MS + 5_000);
    // What a worker has beside its heap.
    const heapMb = Number(
      readDockerfile()
        .stages.flatMap(({ steps }) => steps)
        .find(({ text }) => text.startsWith('HEAP_MB='))
        ?.text.split('=')[1],
    );
    expect(mebibytes(container.resources.limits.memory)).toBeGreaterThan(heapMb + 120);
  });

  it('runs no more order-consumers than their topics have partitions', () => {
    const { spec } = named('ScaledObject', 'order-consumer');
    const topics = spec.triggers.map(({ metadata }) => metadata['topic'] ?? '');
    expect(topics.toSorted()).toEqual(orderTopics.toSorted());
    const partitions = ofKind('KafkaTopic').length > 0 ? partitionsOfStrimzi() : composeTopics();
    expect(spec.maxReplicaCount).toBeLessThanOrEqual(Math.min(...topics.map((topic) => partitions[topic] ?? 0)));
    const config = load['order-consumer']({ ...settings, ...secretsOf('payment-order-consumer') });
    for (const { metadata } of spec.triggers) {
      expect(metadata['consumerGroup']).toBe(config.SPRING_KAFKA_CONSUMER_GROUP_ID);
      expect(settings[metadata['bootstrapServersFromEnv'] ?? '']).toBeDefined();
    }
  });

  function partitionsOfStrimzi(): Record<string, number> {
    return Object.fromEntries(ofKind('KafkaTopic').map((one) => [one.metadata.name, one.spec.partitions]));
  }

  it('migrates before the rollout, with what is applied before it', () => {
    const first = manifests.filter(
      ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'before-rollout',
    );
    const ids = first.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(ids).toEqual(
      expect.arrayContaining([
        'Job payment-migration',
        'ConfigMap payment-settings',
        'NetworkPolicy names-and-database',
      ]),
    );
    expect(first.filter(({ kind }) => kind === 'Deployment')).toEqual([]);
    if (overlay === 'development') expect(ids).toContain('Secret payment-migration');
    const [container] = named('Job', 'payment-migration').spec.template.spec.containers;
    expect(container.command.at(-1)).toBe(readCompose().services['migrate']?.entrypoint?.at(-1));
  });

  if (overlay !== 'production-strimzi') return;

  it('has Strimzi put the connector that a relay would put, and a relay that leaves it alone', () => {
    const relay = load['outbox-relay']({
      ...settings,
      ...secretsOf('payment-outbox-relay'),
      ...ownSettings('outbox-relay'),
    });
    expect(relay).toMatchObject({ RELAY_MODE: 'debezium', CONNECTOR_OWNER: 'operator' });
    const { spec } = named('KafkaConnector', relay['CONNECTOR_NAME'] as string);
    const put = connectorConfigurationOf(relay as unknown as Parameters<typeof connectorConfigurationOf>[0]);
    expect({ ...spec.config, 'connector.class': spec.class, 'tasks.max': String(spec.tasksMax) }).toEqual(put);
    const connect = named('KafkaConnect', 'payment-connect').spec;
    expect(connect.bootstrapServers).toBe(relay['SPRING_KAFKA_BOOTSTRAP_SERVERS']);
    expect(relay['KAFKA_CONNECT_URL']).toBe('http://payment-connect-connect-api:8083');
    const variables = connect.template.connectContainer.env.map(({ name }) => `\${env:${name}}`);
    expect(variables).toEqual([relay['CONNECTOR_DB_PASSWORD']]);
  });

  it('has every topic', () => {
    const wanted = [
      ...orderTopics,
      ...orderTopics.map(dltTopicOf),
      ...paymentTopics,
      OUTBOX_CANARY_TOPIC,
      'commerce-payment.schema-history',
    ];
    expect(Object.keys(partitionsOfStrimzi()).toSorted()).toEqual(wanted.toSorted());
    const history = named('KafkaTopic', 'commerce-payment.schema-history').spec;
    expect(history).toMatchObject({ partitions: 1, config: { 'cleanup.policy': 'delete', 'retention.ms': -1 } });
  });
});

/** Topics and partitions that compose creates, which are those of every installation without Strimzi as it is shipped. */
function composeTopics(): Record<string, number> {
  const list = readCompose().services['topics']?.environment?.['TOPICS'] ?? '';
  return Object.fromEntries(
    list
      .trim()
      .split(/\s+/)
      .map((topic) => [topic.split(':')[0] ?? '', Number(topic.split(':')[1])]),
  );
}

/** Which variables a secret has to hold, as docs/operations/deploy.md says. */
function documentedSecrets(name: string): readonly string[] {
  const page = readFileSync(join(ROOT, 'docs', 'operations', 'deploy.md'), 'utf8');
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
  return [...(row ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, variable = '']) => variable);
}

const EXAMPLES: Settings = {
  JWT_SECRET: 'at-least-32-characters-of-nothing-in-particular',
  // Toss publishes them for everybody's trials.
  TOSS_SECRET_KEY: 'test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6',
  TOSS_CLIENT_KEY: 'test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm',
};

function exemplary(names: readonly string[]): Settings {
  return Object.fromEntries(names.map((name) => [name, EXAMPLES[name] ?? 'something']));
}

function pair(line: string): [string, string] {
  return [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)];
}

function mebibytes(quantity: string): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  return Number(number) * (unit === 'Gi' ? 1024 : 1);
}

/** Of workloads: the value of whatever label they are chosen by. */
function namesIn({ matchLabels = {}, matchExpressions = [] }: Selector): readonly string[] {
  return [...Object.values(matchLabels), ...matchExpressions.flatMap(({ values }) => values)];
}

function peersOf({ spec: { ingress = [], egress = [] } }: Manifest): readonly Selector[] {
  const peers = [...ingress, ...egress].flatMap(({ from = [], to = [] }) => [...from, ...to]);
  return peers.flatMap(({ podSelector }) => podSelector ?? []);
}
