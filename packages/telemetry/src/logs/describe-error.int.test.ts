import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { createLogger } from './create-logger';

const PAYMENT_KEY = 'tgen_20250626194853NtWm4';

describe('an error of axios in the log', () => {
  it('carries neither the credentials nor the body of the request and the response', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(500, { 'set-cookie': 'session=hunter2', 'content-type': 'application/json' });
      response.end(JSON.stringify({ paymentKey: PAYMENT_KEY, secret: 'hunter2' }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const lines: string[] = [];
    const logger = createLogger({
      service: 'relay',
      level: 'info',
      destination: { write: (line: string) => void lines.push(line) },
    });
    try {
      const { port } = server.address() as AddressInfo;
      const error: unknown = await axios
        .post(
          `http://127.0.0.1:${port}/v1/payments/${PAYMENT_KEY}/cancel`,
          { paymentKey: PAYMENT_KEY, cancelReason: 'change of mind' },
          { auth: { username: 'test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R', password: 'hunter2' } },
        )
        .catch((thrown: unknown) => thrown);
      logger.error(error);
      logger.error({ failure: { error } }, 'nested');
      logger.error({ response: (error as { response: object }).response }, 'only the response');
      logger.error({ config: (error as { config: object }).config }, 'only the request');
      // What follow-redirects and node:http keep beside the headers, out of the objects that hold them.
      logger.error({ auth: 'root:hunter2', rawHeaders: ['set-cookie', 'session=hunter2'] }, 'copied');
    } finally {
      server.closeAllConnections();
      server.close();
    }

    expect(JSON.parse(lines[2]!).response.request).toBe('[ClientRequest]');
    expect(JSON.parse(lines[0]!).err).toEqual({
      name: 'AxiosError',
      message: 'Request failed with status code 500',
      code: 'ERR_BAD_RESPONSE',
      stack: expect.stringContaining('AxiosError'),
    });
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).not.toMatch(/20250626194853|hunter2|test_sk|dGVzdF9za1/);
  });
});
