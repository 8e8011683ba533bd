import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from '@kassa/terminal';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, type SystemUnderTest, systemUnderTest } from '../../testing/system-under-test.ts';
import type { SystemOptions } from '../start-system.ts';
import { consoleApi } from './console-api.ts';
import { createPaymentIndex } from './payment-index.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const problem: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(error instanceof ApiError ? error.status : 500).json({ code: (error as ApiError).code });
};

interface Served {
  readonly sut: SystemUnderTest;
  readonly id: string;
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: Body }>;
}

interface Body {
  readonly code?: string;
  readonly hex?: string;
  readonly reveals?: boolean;
  readonly payments?: readonly { transactionId: string; state: string; card: string }[];
  readonly message?: readonly { path: string; value: string }[];
  readonly events?: readonly { seq: number; type: string; data: { hex?: string } }[];
}

async function served(options: Partial<SystemOptions> = {}): Promise<Served> {
  const sut = await systemUnderTest(options);
  const { events, tap } = sut.system;
  const index = createPaymentIndex(events);
  const app = express();
  app.use(consoleApi(events, index, tap), problem);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  closers.push(
    () => server.close(),
    () => index.close(),
    () => sut.close(),
  );
  const { transactionId: id } = await sut.pay({ card: 'halyk-visa' });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/console/payments${path}`);
    return { status: response.status, body: (await response.json()) as Body };
  };
  await eventually(async () => (await index.find(id))?.state === 'approved');
  return { sut, id, get };
}

async function sentMessage({ id, get }: Served): Promise<{ seq: number; hex: string }> {
  const { body } = await get(`/${id}`);
  const event = body.events?.find(({ type }) => type === 'terminal.message-sent');
  return { seq: event?.seq ?? 0, hex: event?.data.hex ?? '' };
}

describe('the API of the console', () => {
  test('lists payments and explains one', async () => {
    const { id, get } = await served();
    const { body } = await get('?since=0');
    expect(body.payments).toMatchObject([{ transactionId: id, card: 'halyk-visa' }]);
    const detail = await get(`/${id}?language=kk`);
    expect(detail.body.reveals).toBe(false);
    expect(detail.body.events?.map(({ type }) => type)).toContain('ledger.held');
  });

  test.each([
    ['?since=x', 400, 'bad-since'],
    ['/20000001-9', 404, 'unknown-payment'],
    ['/ID?language=tlh', 400, 'bad-language'],
    ['/ID/export?format=doc', 400, 'bad-format'],
    ['/ID/events/1/revealed', 403, 'not-revealed'],
  ])('%s is %i %s', async (path, status, code) => {
    const { id, get } = await served();
    expect(await get(path.replace('ID', id))).toEqual({ status, body: { code } });
  });

  test('reveals a message where it was told to, and keeps the events masked', async () => {
    const all = await served({ reveal: true });
    const { sut, id, get } = all;
    const { seq, hex } = await sentMessage(all);
    const pan = sut.system.fixtures.cards.find((card) => card.id === 'halyk-visa')?.pan ?? 'no such card';
    expect(hex).not.toContain(pan);
    const { body } = await get(`/${id}/events/${seq}/revealed`);
    expect(body.message?.find(({ path }) => path === '2')?.value).toBe(pan);
    expect(body.hex).toContain(pan);
    expect(body.hex).not.toContain('**');
    expect((await get(`/${id}/events/1/revealed`)).body).toEqual({ code: 'not-kept' });
  });
});
