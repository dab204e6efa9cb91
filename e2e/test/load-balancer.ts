import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface LoadBalancer {
  readonly url: string;
  /** Who gets the next requests, one after the other. */
  targets: readonly string[];
  /** Requests wait for this before they are given to anybody. */
  open: Promise<void>;
  /** How many requests each was given. */
  readonly given: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Gives every request to another of its targets, as what stands before replicas does. */
export async function loadBalancer(...first: readonly string[]): Promise<LoadBalancer> {
  const given = new Map<string, number>();
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    void balancer.open.then(() => forward(incoming, outgoing));
  });
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const target = balancer.targets[turn++ % balancer.targets.length]!;
    given.set(target, (given.get(target) ?? 0) + 1);
    const { method, headers } = incoming;
    const forwarded = request(target + (incoming.url ?? ''), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const balancer: LoadBalancer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets: first,
    open: Promise.resolve(),
    given,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return balancer;
}
