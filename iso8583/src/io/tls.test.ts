import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ClientSettings, createClientConnection } from './client-connection.ts';
import type { TlsClientSettings } from './dial.ts';
import { serveHost } from './host-server.ts';
import type { TlsServerSettings } from './listen.ts';
import { createTestAuthority, type TestAuthority, type TestCertificate } from './testing/certificates.ts';
import { answerTo, ask, Closers, codec, echo, outcome, waitUntil } from './testing/net-bench.ts';

const closers = new Closers();
afterEach(() => closers.closeAll());

let authority: TestAuthority;
let other: TestAuthority;
let host: TestCertificate;
let terminal: TestCertificate;
beforeAll(() => {
  authority = createTestAuthority('Test authority');
  other = createTestAuthority('Another authority');
  host = authority.issue('host.test');
  terminal = authority.issue('terminal-1.test');
});

async function stage(
  server: Partial<TlsServerSettings>,
  client: TlsClientSettings | null,
  settings: Partial<ClientSettings> = {},
) {
  const refused: string[] = [];
  const names: (readonly string[])[] = [];
  const served = closers.add(
    await serveHost(
      { codec, tls: { ...host, ...server } },
      {
        onRequest: (request) => request.answer(answerTo(request.message)),
        onConnected: (peer) => void names.push(peer.names),
        onRefused: (why) => void refused.push(why),
        onTrouble: (error) => {
          throw error;
        },
      },
    ),
  );
  const made = closers.add(
    createClientConnection({
      address: '127.0.0.1',
      port: served.port,
      codec,
      ...(client && { tls: client }),
      ...settings,
    }),
  );
  return { made, refused, names };
}

describe('over TLS', () => {
  test('requests are answered', async () => {
    const { made, names } = await stage({}, { ca: authority.certificate });
    expect(await made.open()).toEqual({ ok: true });
    const ends = await Promise.all([1, 2, 3].map((stan) => ask(made, echo(stan))));
    expect(ends.map(outcome)).toEqual(['000001', '000002', '000003']);
    expect(names).toEqual([[]]);
  });

  test('the name of the host is checked', async () => {
    const right = await stage({}, { ca: authority.certificate, serverName: 'host.test' });
    expect(await right.made.open()).toEqual({ ok: true });
    const wrong = await stage({}, { ca: authority.certificate, serverName: 'elsewhere.test' });
    expect(await wrong.made.open()).toEqual({
      ok: false,
      why: expect.stringContaining("Hostname/IP does not match certificate's altnames"),
    });
  });

  test('a host of an unknown authority is not spoken to', async () => {
    const { made, refused } = await stage({}, { ca: other.certificate });
    expect(await made.open()).toEqual({ ok: false, why: expect.stringMatching(/certificate|signature/) });
    await waitUntil('the refusal', () => refused.length === 1);
  });

  test('a client without TLS gets nowhere', async () => {
    const { made, refused } = await stage({}, null);
    await made.open();
    const end = await ask(made, echo(1), 2000);
    expect(end.kind === 'no-answer' && end.why).toMatch(/closed the connection|ECONNRESET|not a message/);
    expect(refused).toHaveLength(1);
  });
});

describe('over mutual TLS', () => {
  const ask1 = async ({ made }: Awaited<ReturnType<typeof stage>>): Promise<string> => {
    const opened = await made.open();
    return opened.ok ? outcome(await ask(made, echo(1), 2000)) : `not opened: ${opened.why}`;
  };
  const mutual = (): Partial<TlsServerSettings> => ({ clientCa: authority.certificate });

  test('a client with a certificate is known by its names', async () => {
    const staged = await stage(mutual(), { ca: authority.certificate, ...terminal });
    expect(await ask1(staged)).toBe('000001');
    expect(staged.names).toEqual([['terminal-1.test']]);
  });

  test('one without a certificate is refused', async () => {
    const staged = await stage(mutual(), { ca: authority.certificate });
    expect(await ask1(staged)).toMatch(/^(no-answer|not opened|not-sent): /);
    expect(staged.names).toEqual([]);
    expect(staged.refused).toEqual([expect.stringMatching(/peer did not return a certificate/)]);
  });

  test('one of another authority is refused', async () => {
    const staged = await stage(mutual(), { ca: authority.certificate, ...other.issue('terminal-1.test') });
    expect(await ask1(staged)).toMatch(/^(no-answer|not opened|not-sent): /);
    expect([staged.names, staged.refused.length]).toEqual([[], 1]);
  });

  test('one whose name is not authorised is refused by it', async () => {
    const isAuthorised = (names: readonly string[]): boolean => names.includes('terminal-2.test');
    const staged = await stage({ ...mutual(), isAuthorised }, { ca: authority.certificate, ...terminal });
    expect(await ask1(staged)).toMatch(/^(no-answer|not opened|not-sent): /);
    expect(staged.names).toEqual([]);
    expect(staged.refused).toEqual(['a client named terminal-1.test is not authorised']);
  });
});
