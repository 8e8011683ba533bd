import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { createDeframer } from '@kassa/iso8583';
import { ProtocolError } from '@kassa/primitives';

/** Messages kept, 300 bytes each: those of some hundred payments. */
const MESSAGES_KEPT = 1_000;

/** Longer ones are passed on and not kept. */
const MESSAGE_BYTES_MAX = 4_096;

/** The line between terminals and host, listened to: messages as they are, in memory only and never in an event. */
export interface LineTap {
  /** Where terminals connect. */
  readonly port: number;
  /** The newest message that looks like the masked text: two characters a byte, `**` for any. */
  find(maskedHex: string): Uint8Array | undefined;
  close(): void;
}

/** @throws (rejects) Error of `listen`. */
export async function openLineTap(host: {
  readonly address: string;
  readonly port: number;
}): Promise<LineTap> {
  const kept: Uint8Array[] = [];
  const keep = (message: Uint8Array): void => {
    kept.push(message.slice());
    if (kept.length > MESSAGES_KEPT) kept.shift();
  };
  const sockets = new Set<Socket>();
  const server = createServer((terminal) => {
    const line = createConnection({ host: host.address, port: host.port });
    join(terminal, line);
    for (const socket of [terminal, line]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      listen(socket, keep);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    find: (maskedHex) => kept.findLast((message) => looksLike(message, maskedHex)),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What one says the other hears; when one is gone, so is the other. */
function join(one: Socket, other: Socket): void {
  one.setNoDelay(true).pipe(other.setNoDelay(true)).pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}

/** Keeps the messages of one direction until something on it is no frame: the line itself goes on. */
function listen(socket: Socket, keep: (message: Uint8Array) => void): void {
  const deframer = createDeframer('post', { maxBytes: MESSAGE_BYTES_MAX });
  const hear = (chunk: Uint8Array): void => {
    try {
      for (const message of deframer.push(chunk)) keep(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      socket.off('data', hear);
    }
  };
  socket.on('data', hear);
}

function looksLike(message: Uint8Array, maskedHex: string): boolean {
  if (message.length * 2 !== maskedHex.length) return false;
  return message.every((byte, index) => {
    const shown = maskedHex.slice(index * 2, index * 2 + 2);
    return shown === '**' || Number.parseInt(shown, 16) === byte;
  });
}
