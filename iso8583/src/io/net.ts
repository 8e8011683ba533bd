export {
  type ClientConnection,
  type ClientHooks,
  type ClientSettings,
  createClientConnection,
  type Opened,
} from './client-connection.ts';
export { type ClientPool, createClientPool, type HostAddress, type PoolSettings } from './client-pool.ts';
export type { Pem, TlsClientSettings } from './dial.ts';
export {
  type FrameServer,
  type FrameServerHooks,
  type FrameServerSettings,
  type ServedLine,
  serveFrames,
} from './frame-server.ts';
export {
  type ClientOfHost,
  type HostServerHooks,
  type HostServerSettings,
  serveHost,
} from './host-server.ts';
export type { Line, LineEnd, LineSettings } from './line.ts';
export type { TlsServerSettings } from './listen.ts';
export type { PeerRequest } from './peer-request.ts';
export type { OutgoingMessage, SessionHooks } from './session-runner.ts';
