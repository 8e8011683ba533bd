import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { isOwnOrigin } from './own-origin.ts';

test.each([
  ['a program', '127.0.0.1:8080', undefined, true],
  ['our page', '127.0.0.1:8080', 'http://127.0.0.1:8080', true],
  ['our page under its other name', 'localhost:8080', 'http://localhost:8080', true],
  ['our page over IPv6', '[::1]:8080', 'http://[::1]:8080', true],
  ['capital letters', 'LOCALHOST:8080', undefined, true],
  ['another loopback address', '127.8.9.10', undefined, true],
  ['another site', '127.0.0.1:8080', 'http://shop.example', false],
  ['another port of this machine', '127.0.0.1:8080', 'http://127.0.0.1:3000', false],
  ['our other name', '127.0.0.1:8080', 'http://localhost:8080', false],
  ['our address over https', '127.0.0.1:8080', 'https://127.0.0.1:8080', false],
  ['a file', '127.0.0.1:8080', 'null', false],
  ['a name that was pointed here', 'rebound.example:8080', 'http://rebound.example:8080', false],
  ['a name that was pointed here, without Origin', 'rebound.example', undefined, false],
  ['a name that begins like ours', '127.0.0.1.example:8080', undefined, false],
  ['a name that ends like ours', 'example.localhost:8080', undefined, false],
  ['no Host', undefined, undefined, false],
])('%s', (_name, host, origin, isOwn) => {
  expect(isOwnOrigin({ headers: { host, origin } } as IncomingMessage)).toBe(isOwn);
});
