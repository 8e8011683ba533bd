import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureVersion, TLSSocket } from 'node:tls';
import { listOf, type Pem } from './dial.ts';
import { CONNECT_TIMEOUT_MS } from './net-limits.ts';

export interface TlsServerSettings {
  readonly certificate: Pem;
  readonly key: string;
  /** Authorities of the clients: given, every client must show a certificate of one of them (mutual TLS). */
  readonly clientCa?: Pem;
  /** Whether a client with these names – common name, then DNS names – may connect. Default all the authorities vouch for. */
  readonly isAuthorised?: (names: readonly string[]) => boolean;
  /** Default TLSv1.2. */
  readonly minVersion?: SecureVersion;
}

export interface ListenSettings {
  readonly address: string;
  /** 0 for one that is free. */
  readonly port: number;
  readonly connectionsMax: number;
  readonly tls?: TlsServerSettings;
}

export interface ListenHooks {
  readonly onSocket: (socket: Socket) => void;
  /** A client that was not let in. */
  readonly onRefused: (why: string) => void;
  /** The listening itself: out of file descriptors, say. Those who are connected go on. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Listening {
  readonly port: number;
  /** Takes no new connections; resolves when the last of the others is gone. */
  stop(): Promise<void>;
}

/** @throws (rejects) Error with code `EADDRINUSE` when the port is taken. */
export async function listen(settings: ListenSettings, hooks: ListenHooks): Promise<Listening> {
  const { address, port, connectionsMax, tls } = settings;
  const server = tls ? secureServer(tls, hooks) : createServer(hooks.onSocket);
  server.maxConnections = connectionsMax;
  server.on('drop', () => hooks.onRefused(`${connectionsMax} connections are open, the most there may be`));
  await bind(server, port, address);
  server.on('error', hooks.onTrouble);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function secureServer(tls: TlsServerSettings, hooks: ListenHooks): Server {
  const { certificate, key, clientCa, isAuthorised, minVersion = 'TLSv1.2' } = tls;
  const server = createTlsServer({
    cert: listOf(certificate),
    key,
    minVersion,
    handshakeTimeout: CONNECT_TIMEOUT_MS,
    ...(clientCa !== undefined && { ca: listOf(clientCa), requestCert: true, rejectUnauthorized: true }),
  });
  server.on('tlsClientError', (error) => hooks.onRefused(error.message));
  server.on('secureConnection', (socket) => {
    const names = namesOf(socket);
    if (isAuthorised && !isAuthorised(names)) {
      socket.on('error', () => undefined);
      socket.destroy();
      hooks.onRefused(`a client named ${names.join(', ') || 'nothing'} is not authorised`);
    } else hooks.onSocket(socket);
  });
  return server;
}

/** Of a certificate that has been verified: none where none was asked for. */
export function namesOf(socket: Socket): string[] {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return [];
  const { subject, subjectaltname = '' } = socket.getPeerCertificate();
  const alternatives = subjectaltname.split(', ').filter((name) => name.startsWith('DNS:'));
  const common: unknown = subject?.CN;
  const names = [common, ...alternatives.map((name) => name.slice('DNS:'.length))];
  return [...new Set(names.flat())].filter((name) => typeof name === 'string');
}

function bind(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
