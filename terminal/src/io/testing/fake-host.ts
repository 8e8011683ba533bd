import { createServer, type Socket } from 'node:net';
import { retailMac } from '@kassa/emv';
import {
  type Codec,
  compileDialect,
  createDeframer,
  dialects,
  encodeWithMac,
  frame,
  type Message,
  macOf,
  responseMti,
} from '@kassa/iso8583';
import { equalBytes } from '@kassa/primitives';
import { MAC_KEY } from './sample-keys.ts';
import { waitUntil } from './wait-until.ts';

export interface HostReceived {
  readonly message: Message;
  readonly mac: 'right' | 'wrong' | 'none';
  /** 1 for the first connection. */
  readonly connection: number;
}

/** One connection, seen from the host. */
export interface HostLine {
  /** Sends a message, sealed unless it is network management. */
  send(message: Message, macKey?: Uint8Array): void;
  sendBytes(bytes: Uint8Array): void;
  /** Ends as a peer does that vanishes: without a farewell. */
  reset(): void;
  end(): void;
}

/** What the host does about a message. */
export type Reaction = (request: HostReceived, line: HostLine) => void;

/** A host for tests on a real socket: signs on, approves and confirms reversals unless told otherwise. */
export interface FakeHost {
  readonly port: number;
  readonly received: readonly HostReceived[];
  readonly connections: number;
  /** From now on, for messages of this type. */
  react(mti: string, reaction: Reaction): void;
  /** The messages of a type, once there are so many. */
  got(mti: string, count?: number): Promise<readonly HostReceived[]>;
  /** To whoever is connected. */
  lines(): readonly HostLine[];
  /** Stops listening and drops everyone. */
  close(): Promise<void>;
}

/** Data elements of a request that its answer repeats (docs/wire.md). */
const ECHOED = [3, 4, 7, 11, 12, 13, 37, 41, 42, 49, 70];

export function answerTo({ message }: Pick<HostReceived, 'message'>, fields: Message['fields']): Message {
  const echo = ECHOED.flatMap((number): [number, string][] => {
    const value = message.fields[number];
    return value === undefined ? [] : [[number, value]];
  });
  return { mti: responseMti(message.mti), fields: { ...Object.fromEntries(echo), ...fields } };
}

export const reply =
  (fields: Message['fields']): Reaction =>
  (request, line) =>
    line.send(answerTo(request, fields));
export const APPROVE = reply({ 38: 'A1B2C3', 39: '00', 48: '0201D' });
export const DECLINE = reply({ 39: '51', 48: '0316does not hold it' });
export const CONFIRM = reply({ 39: '00' });
export const SILENCE: Reaction = () => undefined;

export async function startFakeHost(
  dialect: 'kassa-bcd' | 'kassa-ascii' = 'kassa-bcd',
  port = 0,
): Promise<FakeHost> {
  const codec = compileDialect(dialect === 'kassa-bcd' ? dialects.kassaBcd : dialects.kassaAscii);
  const received: HostReceived[] = [];
  const reactions = new Map<string, Reaction>();
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    const deframer = createDeframer('post', { maxBytes: 4096 });
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const bytes of deframer.push(chunk)) {
        const message = codec.decode(bytes);
        const request = { message, mac: macState(codec, bytes, message), connection };
        received.push(request);
        const reaction = reactions.get(message.mti) ?? (message.mti === '0200' ? APPROVE : CONFIRM);
        reaction(request, lineOf(codec, socket));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    received,
    get connections() {
      return connections;
    },
    react: (mti, reaction) => void reactions.set(mti, reaction),
    got: (mti, count = 1) =>
      waitUntil(`${count} times ${mti} at the host`, () => {
        const found = received.filter(({ message }) => message.mti === mti);
        return found.length >= count && found;
      }),
    lines: () => [...sockets].map((socket) => lineOf(codec, socket)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function lineOf(codec: Codec, socket: Socket): HostLine {
  return {
    send(message, macKey = MAC_KEY) {
      const isNetwork = message.mti.startsWith('08');
      const bytes = isNetwork
        ? codec.encode(message)
        : encodeWithMac(codec, message, (covered) => macOver(macKey, covered));
      socket.write(frame('post', bytes));
    },
    sendBytes: (bytes) => void socket.write(bytes),
    reset: () => void socket.resetAndDestroy(),
    end: () => void socket.end(),
  };
}

function macOver(macKey: Uint8Array, covered: Uint8Array): Uint8Array {
  return retailMac(macKey, covered, { padding: 'method-1' });
}

function macState(codec: Codec, bytes: Uint8Array, message: Message): HostReceived['mac'] {
  const sent = macOf(codec, bytes, message);
  if (!sent) return 'none';
  return equalBytes(macOver(MAC_KEY, sent.covered), sent.mac) ? 'right' : 'wrong';
}
