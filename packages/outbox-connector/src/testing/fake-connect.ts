import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface State {
  /** Null while there is no connector. */
  configuration: Record<string, string> | null;
  connector: string;
  tasks: string[];
  /** Of every task that has failed. */
  trace?: string;
}

/** Kafka Connect's REST API for one connector, as far as the relay uses it: its state can be set, and commands change it. */
export class FakeConnect {
  readonly state: State = { configuration: null, connector: 'RUNNING', tasks: ['RUNNING'] };
  /** Every command, without the looks: `PUT /config`, `POST /restart?…`. */
  readonly commands: string[] = [];
  /** Answers in the place of the API until it is taken away. */
  intruder: ((request: IncomingMessage, response: ServerResponse, body: string) => void) | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeConnect> {
    const server = createServer((request, response) => void fake.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const fake = new FakeConnect(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return fake;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (this.intruder !== undefined) {
      this.intruder(request, response, body);
      return;
    }
    const [status, json] = this.#reply(request, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(json && JSON.stringify(json));
  }

  #reply(request: IncomingMessage, body: string): readonly [status: number, json?: object] {
    const { state } = this;
    const [, name, rest] = /^\/connectors\/([^/]+)(\/.*)?$/.exec(request.url ?? '') ?? [];
    const call = `${request.method} ${rest ?? '/'}`;
    if (request.method !== 'GET') {
      this.commands.push(call);
      // The real one insists, even where there is no body.
      if (request.headers['content-type'] !== 'application/json') return [415, { message: 'HTTP 415' }];
    }
    if (call === 'PUT /config') {
      state.configuration = JSON.parse(body) as Record<string, string>;
      return [201, { name, config: state.configuration }];
    }
    if (state.configuration === null) return [404, { error_code: 404, message: `Connector ${name} not found` }];
    if (call === 'GET /config') return [200, { ...state.configuration, name }];
    if (call === 'GET /status') {
      const { trace } = state;
      const tasks = state.tasks.map((task, id) => ({ id, state: task, ...(task === 'FAILED' && trace && { trace }) }));
      return [200, { name, connector: { state: state.connector }, tasks }];
    }
    if (call === 'DELETE /') state.configuration = null;
    if (call === 'PUT /stop') Object.assign(state, { connector: 'STOPPED', tasks: [] });
    if (call === 'DELETE /offsets' && state.connector !== 'STOPPED') return [400, { message: 'it is not stopped' }];
    if (call === 'PUT /resume' && state.connector === 'STOPPED') {
      Object.assign(state, { connector: 'RUNNING', tasks: ['RUNNING'] });
    }
    return [202];
  }
}
