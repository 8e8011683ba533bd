import type { IncomingMessage } from 'node:http';

/**
 * Whether a request comes from our own page, or from no page at all. A web page elsewhere must not drive a terminal on
 * this machine, neither directly (`Origin`) nor under a name that was pointed here (`Host`, DNS rebinding).
 */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const host = request.headers.host;
  if (!host || !isLoopbackName(host)) return false;
  const { origin } = request.headers;
  return origin === undefined || origin === `http://${host}`;
}

function isLoopbackName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}
