import { createRequire } from 'node:module';

export type Settings = Readonly<Record<string, string>>;

/** As far as tests look at what a worker made of its environment. */
interface Configuration {
  readonly SERVER_PORT?: number;
  readonly OPS_PORT?: number;
  readonly SPRING_KAFKA_CONSUMER_GROUP_ID?: string;
  readonly [name: string]: unknown;
}

function loaderOf(app: string): (env: Settings) => Configuration {
  return (
    createRequire(__filename)(`@koosco/${app}/dist/config.js`) as { loadConfig: (env: Settings) => Configuration }
  ).loadConfig;
}

/** The workers' own reading of their environment. */
export const load = {
  'confirm-api': loaderOf('confirm-api'),
  'order-consumer': loaderOf('order-consumer'),
  'outbox-relay': loaderOf('outbox-relay'),
  payctl: loaderOf('payctl'),
};

export type Worker = keyof typeof load;

export const workers = ['confirm-api', 'order-consumer', 'outbox-relay'] as const;

/** The names that change nothing, whatever their value is: nobody reads them, as nobody reads one that is mistyped. */
export function unreadIn(worker: Worker, settings: Settings): readonly string[] {
  const outcome = (env: Settings) => {
    try {
      return JSON.stringify(load[worker](env));
    } catch (error) {
      return (error as Error).message;
    }
  };
  return Object.keys(settings).filter((name) => {
    const { [name]: _value, ...others } = settings;
    return outcome(others) === outcome({ ...others, [name]: 'another value' });
  });
}
