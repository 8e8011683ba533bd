import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { createDeframer, frame } from '@kassa/iso8583';

/** What the proxy does with one message: what goes on in its place, or nothing. */
export type Meddle = (message: Uint8Array, direction: 'to-host' | 'to-terminal') => readonly Uint8Array[];

export interface MeddlingProxy {
  readonly port: number;
  meddle: Meddle;
  close(): void;
}

/** Sits between terminals and a host as a bad line does: it can drop, repeat and change whole messages. */
export async function meddlingProxy(targetPort: () => number): Promise<MeddlingProxy> {
  const sockets = new Set<Socket>();
  const proxy = { meddle: ((message) => [message]) as Meddle };
  const server = createServer((terminal) => {
    const host = createConnection({ host: '127.0.0.1', port: targetPort() });
    pass(terminal, host, 'to-host');
    pass(host, terminal, 'to-terminal');
  });
  function pass(from: Socket, to: Socket, direction: 'to-host' | 'to-terminal'): void {
    const deframer = createDeframer('post', { maxBytes: 4096 });
    sockets.add(from);
    from.on('data', (chunk) => {
      for (const message of deframer.push(chunk)) {
        for (const changed of proxy.meddle(message, direction)) to.write(frame('post', changed));
      }
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}
