import { type IncomingMessage, type ServerResponse } from 'node:http';

/** The buyer's side in a browser. */
export class WidgetPages {
  handle(_message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.writeHead(404);
    response.end();
    return Promise.resolve();
  }
}
