import { createConnection, type Socket } from 'node:net';
import { connect as connectTls, type SecureVersion } from 'node:tls';

/** PEM, or several of them. */
export type Pem = string | readonly string[];

export interface TlsClientSettings {
  /** Authorities whose hosts are trusted, in the place of those of the system. */
  readonly ca?: Pem;
  /** The client's own certificate and key, where the host asks for one (mutual TLS). */
  readonly certificate?: Pem;
  readonly key?: string;
  /** Name the host's certificate must have. Default the address. */
  readonly serverName?: string;
  /** Default TLSv1.2. */
  readonly minVersion?: SecureVersion;
}

export interface DialSettings {
  readonly address: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  readonly tls?: TlsClientSettings;
}

export const listOf = (pem: Pem): string[] => (typeof pem === 'string' ? [pem] : [...pem]);

/**
 * Connects, TLS handshake included; exactly one of the two is called.
 * @returns gives up.
 */
export function dial(
  settings: DialSettings,
  onOpen: (socket: Socket) => void,
  onFail: (why: string) => void,
): () => void {
  const { connectTimeoutMs, tls } = settings;
  const socket = tls ? secure(settings, tls) : createConnection({ ...plain(settings), noDelay: true });
  let isOver = false;
  const fail = (why: string): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.destroy();
    onFail(why);
  };
  const timer = setTimeout(() => fail(`no connection within ${connectTimeoutMs / 1000} s`), connectTimeoutMs);
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('the host closed the connection'));
  socket.once(tls ? 'secureConnect' : 'connect', () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    onOpen(socket);
  });
  return () => fail('given up');
}

function plain({ address, port }: DialSettings): { host: string; port: number } {
  return { host: address, port };
}

function secure(settings: DialSettings, tls: TlsClientSettings): Socket {
  const { ca, certificate, key, serverName, minVersion = 'TLSv1.2' } = tls;
  return connectTls({
    ...plain(settings),
    minVersion,
    ...(ca !== undefined && { ca: listOf(ca) }),
    ...(certificate !== undefined && { cert: listOf(certificate) }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  });
}
