import { connect, type Socket } from 'node:net';
import { createDeframer, frame } from '@kassa/iso8583';

/** A terminal's end of a connection. */
export interface SocketClient {
  readonly socket: Socket;
  /** Messages received so far, without their frames. */
  readonly received: readonly Uint8Array[];
  /** Sends bytes as they are. */
  write(bytes: Uint8Array): void;
  /** Sends messages in frames, all in one piece. */
  send(...messages: Uint8Array[]): void;
  /** Resolves when that many messages have come. */
  messages(count: number): Promise<readonly Uint8Array[]>;
  /** Resolves when the server has closed. */
  readonly closed: Promise<void>;
}

export async function connectClient(port: number): Promise<SocketClient> {
  const socket = connect({ port, host: '127.0.0.1' });
  const deframer = createDeframer('post', { maxBytes: 65_535 });
  const received: Uint8Array[] = [];
  let wake = (): void => undefined;
  socket.on('data', (chunk) => {
    // Copies: a message may be a view of the chunk.
    received.push(...deframer.push(chunk).map((message) => message.slice()));
    wake();
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    received,
    write: (bytes) => void socket.write(bytes),
    send: (...messages) => void socket.write(join(messages.map((message) => frame('post', message)))),
    async messages(count) {
      while (received.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return received;
    },
    closed,
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
