import { createServer, type Server, type Socket } from 'node:net';
import { type Codec, createDeframer, frame } from '@kassa/iso8583';
import { type EmitStep, ProtocolError } from '@kassa/primitives';
import { chooseDialect } from '../dialect-choice.ts';
import type { Host } from '../host.ts';
import {
  CONNECTIONS_MAX,
  FRAME_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  IN_FLIGHT_PER_CONNECTION_MAX,
  MESSAGE_BYTES_MAX,
} from '../limits.ts';

/** Both dialects of Kassa go in frames of a two-byte binary length. */
const FRAMING = 'post';

export interface HostServerPorts {
  readonly host: Host;
  readonly emit: EmitStep;
  /** An answer that could not be made (a full disk, say): the terminal gets none and will reverse. */
  readonly onTrouble: (error: unknown) => void;
}

export interface HostServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens for terminals.
 * @throws (rejects) Error with code `EADDRINUSE` when the port is taken.
 */
export async function serveHost(ports: HostServerPorts, port: number, address: string): Promise<HostServer> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    if (connections.size >= CONNECTIONS_MAX) {
      socket.destroy();
      return;
    }
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serveConnection(socket, ports);
  });
  await listen(server, port, address);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function serveConnection(socket: Socket, ports: HostServerPorts): void {
  const deframer = createDeframer(FRAMING, { maxBytes: MESSAGE_BYTES_MAX });
  let codec: Codec | undefined;
  let inFlight = 0;
  let frameTimer: NodeJS.Timeout | undefined;

  const refuse = (error: unknown): void => {
    if (error instanceof ProtocolError) {
      const { code, path, offset, expected, found } = error;
      const data = { code, path, offset, expected, found };
      ports.emit({ type: 'acquirer.message-refused', transactionId: null, terminalId: null, data });
    } else ports.onTrouble(error);
    socket.destroy();
  };
  const answer = async (bytes: Uint8Array): Promise<void> => {
    inFlight++;
    if (inFlight >= IN_FLIGHT_PER_CONNECTION_MAX) socket.pause();
    try {
      codec ??= chooseDialect(bytes);
      const response = await ports.host.answer(codec, bytes);
      if (socket.writable) socket.write(frame(FRAMING, response));
    } catch (error) {
      refuse(error);
    } finally {
      inFlight--;
      if (inFlight < IN_FLIGHT_PER_CONNECTION_MAX) socket.resume();
    }
  };

  socket.setNoDelay(true);
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
  // Peers vanish; what they had asked for is in the journal, and they will reverse or ask again.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearTimeout(frameTimer));
  socket.on('data', (chunk) => {
    let complete: Uint8Array[];
    try {
      complete = deframer.push(chunk);
    } catch (error) {
      refuse(error);
      return;
    }
    for (const message of complete) void answer(message);
    // From the frame's first byte, not its latest: a sender that drips cannot hold on.
    if (complete.length > 0 || deframer.pendingBytes === 0) {
      clearTimeout(frameTimer);
      frameTimer = undefined;
    }
    if (deframer.pendingBytes > 0) frameTimer ??= setTimeout(() => socket.destroy(), FRAME_TIMEOUT_MS);
  });
}
