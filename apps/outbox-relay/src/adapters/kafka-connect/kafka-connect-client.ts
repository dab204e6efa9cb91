import axios, { type AxiosInstance, isAxiosError } from 'axios';

export type TaskState = 'RUNNING' | 'FAILED' | 'PAUSED' | 'UNASSIGNED' | 'RESTARTING' | 'STOPPED' | 'ABSENT';

export interface ConnectorStatus {
  readonly connector: TaskState;
  readonly tasks: readonly TaskState[];
}

/** Kafka Connect refused or did not answer; the message holds no configuration, because that holds a password. */
export class KafkaConnectFailure extends Error {
  constructor(
    what: string,
    readonly httpStatus: number | null,
    reason: string,
  ) {
    super(`Kafka Connect: ${what}: ${reason}`);
    this.name = 'KafkaConnectFailure';
  }
}

/** The part of Kafka Connect's REST API that keeping one connector alive takes. Every method throws KafkaConnectFailure. */
export class KafkaConnectClient {
  readonly #http: AxiosInstance;

  constructor(url: string) {
    this.#http = axios.create({ baseURL: url, timeout: 10_000, proxy: false, maxRedirects: 0 });
  }

  /** @returns null when there is no connector of that name. */
  async configuration(name: string): Promise<Readonly<Record<string, string>> | null> {
    return this.#orAbsent('read the configuration', () => this.#http.get(`/connectors/${encode(name)}/config`));
  }

  /** Creates the connector or changes it. Answers 409 while Connect's workers rebalance; try again then. */
  async putConfiguration(name: string, configuration: Readonly<Record<string, string>>): Promise<void> {
    await this.#send('write the configuration', () =>
      this.#http.put(`/connectors/${encode(name)}/config`, configuration),
    );
  }

  async status(name: string): Promise<ConnectorStatus> {
    const status = await this.#orAbsent<{ connector: { state: TaskState }; tasks: { state: TaskState }[] }>(
      'read the status',
      () => this.#http.get(`/connectors/${encode(name)}/status`),
    );
    if (status === null) return { connector: 'ABSENT', tasks: [] };
    return { connector: status.connector.state, tasks: status.tasks.map(({ state }) => state) };
  }

  /** Restarts what has failed, the connector and its tasks alike, and leaves alone what runs. */
  async restartFailed(name: string): Promise<void> {
    await this.#send('restart', () =>
      this.#http.post(`/connectors/${encode(name)}/restart`, undefined, {
        params: { includeTasks: true, onlyFailed: true },
      }),
    );
  }

  async resume(name: string): Promise<void> {
    await this.#send('resume', () => this.#http.put(`/connectors/${encode(name)}/resume`));
  }

  async #orAbsent<T>(what: string, send: () => Promise<{ data: T }>): Promise<T | null> {
    try {
      return await this.#send(what, send);
    } catch (error) {
      if (error instanceof KafkaConnectFailure && error.httpStatus === 404) return null;
      throw error;
    }
  }

  async #send<T>(what: string, send: () => Promise<{ data: T }>): Promise<T> {
    try {
      return (await send()).data;
    } catch (error) {
      if (!isAxiosError(error)) throw error;
      const message = (error.response?.data as { message?: unknown } | undefined)?.message;
      const reason = typeof message === 'string' ? message : (error.code ?? error.message);
      throw new KafkaConnectFailure(what, error.response?.status ?? null, reason);
    }
  }
}

function encode(name: string): string {
  return encodeURIComponent(name);
}
