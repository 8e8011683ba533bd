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
  /** Default {@link FRAME_TIMEOUT_MS}. */
  readonly frameTimeoutMs?: number;
  /** Default {@link IDLE_TIMEOUT_MS}. */
  readonly idleTimeoutMs?: number;
}

export interface HostServer {
  readonly port: number;
  /** Closes every connection and resolves when no request is being answered any more. */
  close(): Promise<void>;
}

/**
 * Listens for terminals.
 * @throws (rejects) Error with code `EADDRINUSE` when the port is taken.
 */
export async function serveHost(ports: HostServerPorts, port: number, address: string): Promise<HostServer> {
  const connections = new Set<Socket>();
  const answering = new Set<Promise<void>>();
  const server = createServer((socket) => {
    if (connections.size >= CONNECTIONS_MAX) {
      socket.destroy();
      return;
    }
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serveConnection(socket, ports, (request) => {
      answering.add(request);
      void request.finally(() => answering.delete(request));
    });
  });
  await listen(server, port, address);
  // Out of file descriptors, say: those who are connected go on.
  server.on('error', ports.onTrouble);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of connections) socket.destroy();
      await closed;
      await Promise.all(answering);
    },
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

/** @param track is told of every request being answered; none of these promises rejects. */
function serveConnection(
  socket: Socket,
  ports: HostServerPorts,
  track: (request: Promise<void>) => void,
): void {
  const { frameTimeoutMs = FRAME_TIMEOUT_MS, idleTimeoutMs = IDLE_TIMEOUT_MS } = ports;
  const deframer = createDeframer(FRAMING, { maxBytes: MESSAGE_BYTES_MAX });
  let codec: Codec | undefined;
  let inFlight = 0;
  let isLost = false;
  let frameTimer: NodeJS.Timeout | undefined;

  const refuse = (error: unknown): void => {
    if (error instanceof ProtocolError) {
      const { code, path, offset, expected, found } = error;
      const data = { code, path, offset, expected, found };
      ports.emit({ type: 'acquirer.message-refused', transactionId: null, terminalId: null, data });
    } else ports.onTrouble(error);
    isLost = true;
    socket.pause();
    socket.destroySoon();
  };
  /** Neither requests being answered nor answers not being read may pile up. */
  const readOn = (): void => {
    if (isLost || inFlight >= IN_FLIGHT_PER_CONNECTION_MAX || socket.writableNeedDrain) socket.pause();
    else socket.resume();
  };
  const answer = async (bytes: Uint8Array): Promise<void> => {
    inFlight++;
    readOn();
    try {
      codec ??= chooseDialect(bytes);
      const response = await ports.host.answer(codec, bytes);
      if (socket.writable) socket.write(frame(FRAMING, response));
    } catch (error) {
      refuse(error);
    } finally {
      inFlight--;
      readOn();
    }
  };
  const take = (chunk: Uint8Array): void => {
    const answers = deframer.push(chunk).map(answer);
    for (const request of answers) track(request);
    const { failure, pendingBytes } = deframer;
    // What came whole before the stream lost its place is answered first.
    if (failure) {
      isLost = true;
      track(Promise.all(answers).then(() => refuse(failure)));
    }
    // From the frame's first byte, not its latest: a sender that drips cannot hold on.
    if (answers.length > 0 || pendingBytes === 0) {
      clearTimeout(frameTimer);
      frameTimer = undefined;
    }
    if (pendingBytes > 0) frameTimer ??= setTimeout(() => socket.destroy(), frameTimeoutMs);
  };

  socket.setNoDelay(true);
  socket.setTimeout(idleTimeoutMs, () => socket.destroy());
  // Peers vanish; what they had asked for is in the journal, and they will reverse or ask again.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearTimeout(frameTimer));
  socket.on('drain', readOn);
  socket.on('data', (chunk) => {
    if (isLost) return;
    try {
      take(chunk);
    } catch (error) {
      refuse(error);
    }
  });
}
