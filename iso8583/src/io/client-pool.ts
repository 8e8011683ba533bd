import { assert } from '@kassa/primitives';
import type { Message } from '../codec/message.ts';
import type { Refusal, RequestEnd } from '../session/session-types.ts';
import {
  type ClientConnection,
  type ClientHooks,
  type ClientSettings,
  createClientConnection,
  type Opened,
} from './client-connection.ts';

export interface HostAddress {
  readonly address: string;
  readonly port: number;
}

export interface PoolSettings extends Omit<ClientSettings, 'address' | 'port'> {
  readonly hosts: readonly HostAddress[];
  /** Connections to each host. Default 1. */
  readonly connectionsPerHost?: number;
  /** Which of the connections that accept gets the next request. Default `least-in-flight`. */
  readonly choose?: 'round-robin' | 'least-in-flight';
  readonly reconnect: NonNullable<ClientSettings['reconnect']>;
  readonly random: NonNullable<ClientSettings['random']>;
}

/** Several connections as one; each signs on by itself and comes back by itself. */
export interface ClientPool {
  readonly connections: readonly ClientConnection[];
  /** Null where some connection would take a request. */
  accepts(): Refusal | null;
  /** Begins to connect all; resolves with the first that is ready, or with why the last was not. */
  open(): Promise<Opened>;
  /** @throws ProtocolError for a message that cannot be encoded or is not answered. */
  ask(request: Message, onEnd: (end: RequestEnd) => void, bytes?: Uint8Array, timeoutMs?: number): void;
  /** Hangs up everywhere, at once. */
  close(why?: string): void;
  /** Takes nothing new and waits for what is in flight. */
  finish(): Promise<void>;
}

/** @param hooksOf hooks of one connection: which host, and which of the connections to it, from 0. */
export function createClientPool(
  settings: PoolSettings,
  hooksOf: (host: HostAddress, index: number) => ClientHooks = () => ({}),
): ClientPool {
  const { hosts, connectionsPerHost = 1, choose = 'least-in-flight' } = settings;
  assert(hosts.length > 0 && connectionsPerHost > 0, 'a pool has at least one connection');
  // Host by host, so that neighbours in the circle are on different hosts.
  const connections = Array.from({ length: connectionsPerHost }, (_, index) =>
    hosts.map((host) => createClientConnection({ ...settings, ...host }, hooksOf(host, index))),
  ).flat();
  let turn = 0;
  const pick = (): ClientConnection | null => {
    let best: ClientConnection | null = null;
    for (let step = 0; step < connections.length; step++) {
      const connection = connections[(turn + step) % connections.length];
      if (!connection || connection.accepts() !== null) continue;
      if (best === null || connection.inFlight < best.inFlight) best = connection;
      if (choose === 'round-robin') break;
    }
    if (best !== null) turn = (connections.indexOf(best) + 1) % connections.length;
    return best;
  };
  return {
    connections,
    accepts: () => refusalOf(connections),
    open: () => firstOpened(connections),
    ask(request, onEnd, bytes, timeoutMs) {
      const connection = pick();
      if (connection) {
        connection.ask(request, onEnd, bytes, timeoutMs);
        return;
      }
      const refusal = refusalOf(connections) ?? 'not-connected';
      onEnd({ kind: 'not-sent', refusal, why: `none of ${connections.length} connections takes a request` });
    },
    close(why) {
      for (const connection of connections) connection.close(why);
    },
    async finish() {
      await Promise.all(connections.map((connection) => connection.finish()));
    },
  };
}

/** The refusal that is nearest to being lifted. */
function refusalOf(connections: readonly ClientConnection[]): Refusal | null {
  const refusals = connections.map((connection) => connection.accepts());
  if (refusals.includes(null)) return null;
  return refusals.find((refusal) => refusal !== 'not-connected') ?? 'not-connected';
}

function firstOpened(connections: readonly ClientConnection[]): Promise<Opened> {
  return new Promise((resolve, reject) => {
    let left = connections.length;
    for (const connection of connections) {
      connection.open().then((opened) => {
        left--;
        if (opened.ok || left === 0) resolve(opened);
      }, reject);
    }
  });
}
