import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createDeframer } from '../framing/deframer.ts';
import { frame } from '../framing/framing.ts';
import type { RequestEnd } from '../session/session-types.ts';
import { createClientConnection } from './client-connection.ts';
import { answerTo, Closers, codec, echo, stanOf, waitUntil } from './testing/net-bench.ts';

const closers = new Closers();
afterEach(() => closers.closeAll());

/** What the host does about one request. */
type Reaction = 'answer' | 'late' | 'twice' | 'wrong' | 'silent' | 'drop' | 'in pieces';

const REACTIONS: readonly Reaction[] = ['answer', 'late', 'twice', 'wrong', 'silent', 'drop', 'in pieces'];

/** A host that does to each request what a script says, in turn; sign-ons are answered. */
async function stageBadHost(script: readonly Reaction[]) {
  let turn = 0;
  const server = createServer((socket) => {
    const deframer = createDeframer('post', { maxBytes: 4096 });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const bytes of deframer.push(chunk)) {
        const request = codec.decode(bytes);
        const reaction = request.fields[70] === '001' ? 'answer' : script[turn++ % script.length];
        react(socket, reaction ?? 'answer', (more) => frame('post', codec.encode(answerTo(request, more))));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.add(server);
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

function react(
  socket: Socket,
  reaction: Reaction,
  answer: (more?: Record<number, string>) => Uint8Array,
): void {
  const send = (bytes: Uint8Array): void => {
    if (socket.writable) socket.write(bytes);
  };
  switch (reaction) {
    case 'answer':
      send(answer());
      break;
    case 'late':
      setTimeout(() => send(answer()), 60);
      break;
    case 'twice':
      send(answer());
      send(answer());
      break;
    case 'wrong':
      send(answer({ 11: '999999' }));
      break;
    case 'silent':
      break;
    case 'drop':
      socket.destroy();
      break;
    case 'in pieces':
      for (const byte of answer()) send(Uint8Array.of(byte));
  }
}

test('over a bad line each request ends exactly once, and an answer is its own', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...REACTIONS), { minLength: 1, maxLength: 12 }),
      async (script) => {
        const port = await stageBadHost(script);
        let networkStan = 900_000;
        const client = closers.add(
          createClientConnection(
            {
              address: '127.0.0.1',
              port,
              codec,
              opening: ['sign-on'],
              responseTimeoutMs: 30,
              inFlightMax: 3,
              queuedMax: 2,
              reconnect: { minMs: 1, maxMs: 4 },
              random: () => 0.5,
            },
            { compose: () => ({ message: echo(++networkStan, '001') }) },
          ),
        );
        await client.open();
        const ends = new Map<number, RequestEnd[]>();
        for (let stan = 1; stan <= 24; stan++) {
          const own: RequestEnd[] = [];
          ends.set(stan, own);
          client.ask(echo(stan, '270'), (end) => void own.push(end));
          if (stan % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
        }
        await waitUntil('all ends', () => [...ends.values()].every((own) => own.length > 0));
        // Whatever still comes is nobody's.
        await new Promise((resolve) => setTimeout(resolve, 10));
        for (const [stan, own] of ends) {
          expect(own).toHaveLength(1);
          const [end] = own;
          if (end?.kind === 'answered') expect(end.message.fields[11]).toBe(stanOf(stan));
        }
        expect(client.inFlight).toBe(0);
        await closers.closeAll();
      },
    ),
    { numRuns: 25 },
  );
});
