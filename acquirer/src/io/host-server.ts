import type { Codec } from '@kassa/iso8583';
import { type FrameServer, type Line, serveFrames } from '@kassa/iso8583/net';
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

export type HostServer = Pick<FrameServer, 'port' | 'close'>;

/**
 * Listens for terminals.
 * @throws (rejects) Error with code `EADDRINUSE` when the port is taken.
 */
export function serveHost(ports: HostServerPorts, port: number, address: string): Promise<HostServer> {
  const { emit, onTrouble, frameTimeoutMs = FRAME_TIMEOUT_MS, idleTimeoutMs = IDLE_TIMEOUT_MS } = ports;
  const settings = {
    address,
    port,
    framing: FRAMING,
    frameBytesMax: MESSAGE_BYTES_MAX,
    frameTimeoutMs,
    idleTimeoutMs,
    connectionsMax: CONNECTIONS_MAX,
    answeringMax: IN_FLIGHT_PER_CONNECTION_MAX,
  } as const;
  return serveFrames(settings, {
    onTrouble,
    onConnection: ({ line }) => ({
      onMessage: answerOver(line, ports),
      onEnd({ error }) {
        if (!error) return;
        const { code, path, offset, expected, found } = error;
        const data = { code, path, offset, expected, found };
        emit({ type: 'acquirer.message-refused', transactionId: null, terminalId: null, data });
      },
    }),
  });
}

/** What a message that cannot be answered costs: the connection. */
function answerOver(line: Line, { host, onTrouble }: HostServerPorts): (bytes: Uint8Array) => void {
  let codec: Codec | undefined;
  const refuse = (error: unknown): void => {
    if (error instanceof ProtocolError) {
      line.fail(error);
      return;
    }
    onTrouble(error);
    line.end('the answer could not be made');
  };
  const answer = async (bytes: Uint8Array): Promise<void> => {
    codec ??= chooseDialect(bytes);
    line.send(await host.answer(codec, bytes));
  };
  return (bytes) => {
    line.begin();
    void answer(bytes)
      .catch(refuse)
      .finally(() => line.done());
  };
}
