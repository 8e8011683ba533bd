import { connect, createServer, type Socket } from 'node:net';
import { assert } from '@kassa/primitives';

/** What becomes of the server's answer to the next batch. */
export type Mischief =
  /** The batch is committed, the answer is lost with the connection. */
  | 'cut'
  /** The batch is committed, the answer never comes, the connection stays. */
  | 'hang';

/** A TCP proxy before a PostgreSQL server that loses answers. */
export interface PostgresProxy {
  /** The server's URL, through the proxy. */
  readonly url: string;
  /** Resolves when it has happened. */
  loseNextAnswer(mischief: Mischief): Promise<void>;
  close(): Promise<void>;
}

/** How the statement that writes a batch is named in the protocol. */
const WRITE = 'write_';

export async function startPostgresProxy(serverUrl: string): Promise<PostgresProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let planned: { readonly mischief: Mischief; done(): void } | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let losing: typeof planned;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (planned && chunk.includes(WRITE)) {
        losing = planned;
        planned = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!losing) {
        client.write(chunk);
        return;
      }
      if (losing.mischief === 'cut') client.destroy();
      losing.done();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null, 'a TCP server has an address');
  const own = new URL(serverUrl);
  own.port = String(address.port);
  return {
    url: own.href,
    loseNextAnswer: (mischief) =>
      new Promise((done) => {
        planned = { mischief, done };
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
