import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { KafkaConnectFailure } from './kafka-connect-failure';

export type TaskState = 'RUNNING' | 'FAILED' | 'PAUSED' | 'UNASSIGNED' | 'RESTARTING' | 'STOPPED' | 'ABSENT';

export interface ConnectorStatus {
  readonly connector: TaskState;
  readonly tasks: readonly TaskState[];
  /** Stack traces of what has failed. They may quote rows: to be searched, not to be logged. */
  readonly traces: readonly string[];
}

export interface KafkaConnectAddress {
  readonly url: string;
  /** Gives up the call under way, so that a Connect that hangs does not hold up a shutdown. */
  readonly signal: AbortSignal;
  /** For one call, from its first byte to its last; 10 s unless given. */
  readonly deadlineMs?: number;
}

/** Connect itself gives up a request that its leader must answer only after 90 s; the next look comes long before. */
const DEADLINE_MS = 10_000;

/** The part of Kafka Connect's REST API that keeping one connector alive takes. Every method throws KafkaConnectFailure. */
export class KafkaConnectClient {
  readonly #http: AxiosInstance;
  readonly #signal: AbortSignal;
  readonly #deadlineMs: number;

  constructor({ url, signal, deadlineMs = DEADLINE_MS }: KafkaConnectAddress) {
    // Said of an empty body too: axios would call it a form, and Connect refuses forms.
    const headers = { 'content-type': 'application/json' };
    this.#http = axios.create({ baseURL: url, headers, proxy: false, maxRedirects: 0 });
    this.#signal = signal;
    this.#deadlineMs = deadlineMs;
  }

  /** @returns null when there is no connector of that name. */
  async configuration(name: string): Promise<Readonly<Record<string, string>> | null> {
    return this.#orAbsent('read the configuration', { url: `/connectors/${encode(name)}/config` });
  }

  /** Creates the connector or changes it. Answers 409 while Connect's workers rebalance; try again then. */
  async putConfiguration(name: string, configuration: Readonly<Record<string, string>>): Promise<void> {
    const call: Call = { method: 'PUT', url: `/connectors/${encode(name)}/config`, data: configuration };
    // Connect's complaints about a configuration may repeat parts of it.
    await this.#send('write the configuration', call, configuration['database.password']);
  }

  async status(name: string): Promise<ConnectorStatus> {
    const status = await this.#orAbsent<{ connector: Stateful; tasks: Stateful[] }>('read the status', {
      url: `/connectors/${encode(name)}/status`,
    });
    if (status === null) return { connector: 'ABSENT', tasks: [], traces: [] };
    const { connector, tasks } = status;
    return {
      connector: connector.state,
      tasks: tasks.map(({ state }) => state),
      traces: [connector, ...tasks].flatMap(({ trace }) => trace ?? []),
    };
  }

  /** Restarts what has failed, the connector and its tasks alike, and leaves alone what runs. */
  async restartFailed(name: string): Promise<void> {
    const params = { includeTasks: true, onlyFailed: true };
    await this.#send('restart', { method: 'POST', url: `/connectors/${encode(name)}/restart`, params });
  }

  async resume(name: string): Promise<void> {
    await this.#send('resume', { method: 'PUT', url: `/connectors/${encode(name)}/resume` });
  }

  /** Its tasks are gone a moment later. */
  async stop(name: string): Promise<void> {
    await this.#send('stop', { method: 'PUT', url: `/connectors/${encode(name)}/stop` });
  }

  /**
   * Forgets how far the connector has read, so that it begins anew. Refused until it has been stopped and its tasks are gone
   * (KIP-875).
   */
  async deleteOffsets(name: string): Promise<void> {
    await this.#send('delete the offsets', { method: 'DELETE', url: `/connectors/${encode(name)}/offsets` });
  }

  /** Its offsets stay, should one of the same name be created. */
  async delete(name: string): Promise<void> {
    await this.#send('delete', { method: 'DELETE', url: `/connectors/${encode(name)}` });
  }

  async #orAbsent<T>(what: string, call: Call): Promise<T | null> {
    try {
      return await this.#send(what, call);
    } catch (error) {
      if (error instanceof KafkaConnectFailure && error.httpStatus === 404) return null;
      throw error;
    }
  }

  async #send<T>(what: string, call: Call, secret?: string): Promise<T> {
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    try {
      const { data } = await this.#http.request<T>({ ...call, signal: AbortSignal.any([deadline, this.#signal]) });
      return data;
    } catch (error) {
      // Axios's own error holds the request, and that may hold a password: nothing of it goes further.
      if (!isAxiosError(error)) throw error;
      const reason = deadline.aborted ? `no answer within ${this.#deadlineMs} ms` : reasonOf(error);
      throw new KafkaConnectFailure(
        what,
        error.response?.status ?? null,
        secret ? reason.replaceAll(secret, '***') : reason,
      );
    }
  }
}

interface Stateful {
  readonly state: TaskState;
  readonly trace?: string;
}

interface Call {
  readonly method?: 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly data?: object;
  readonly params?: object;
}

function reasonOf({ response, code, message }: { response?: { data: unknown }; code?: string; message: string }) {
  const said = (response?.data as { message?: unknown } | undefined)?.message;
  return typeof said === 'string' ? said : (code ?? message);
}

function encode(name: string): string {
  return encodeURIComponent(name);
}
