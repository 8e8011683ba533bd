import type { SocketListener, StreamSocket } from './stream-client.ts';

/** A WebSocket to the event stream of the server this page came from; `query` is like `?last=1500`. */
export function openSocket(query: string, listener: SocketListener): StreamSocket {
  const url = new URL(`/v1/events${query}`, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  socket.onmessage = ({ data }) => listener.onText(String(data));
  socket.onclose = ({ code }) => listener.onClose(code);
  return { close: () => socket.close() };
}

/** Runs the action later; the answer cancels it. */
export function later(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}
