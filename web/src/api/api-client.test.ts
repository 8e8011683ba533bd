import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ApiError,
  enterPin,
  getBooks,
  presentCard,
  pressCancel,
  removeCard,
  startPayment,
} from './api-client.ts';

const ID = '20000001';

function answerWith(status: number, body: string) {
  const fetchMock = vi.fn((_path: string, _init: RequestInit) =>
    Promise.resolve(new Response(body, { status })),
  );
  vi.stubGlobal('fetch', fetchMock);
  return fetchMock;
}

afterEach(() => vi.unstubAllGlobals());

describe('requests to the terminal', () => {
  it.each([
    [
      'a payment by the merchant’s setting',
      () => startPayment(ID, '1500.00', null),
      'payments',
      { amount: '1500.00' },
    ],
    [
      'a payment taken as non-cash',
      () => startPayment(ID, '1.00', 'non-cash'),
      'payments',
      { amount: '1.00', settle: 'non-cash' },
    ],
    ['a card', () => presentCard(ID, 'one', 'swipe'), 'card', { card: 'one', entry: 'swipe' }],
    ['a PIN, in the body only', () => enterPin(ID, '4821'), 'pin', { pin: '4821' }],
    ['enter without a PIN', () => enterPin(ID, ''), 'pin', { pin: '' }],
    ['the red key', () => pressCancel(ID), 'cancel', {}],
    ['taking the card out', () => removeCard(ID), 'remove-card', {}],
  ])('%s', async (_, request, action, body) => {
    const fetchMock = answerWith(202, '{}');
    await request();
    expect(fetchMock).toHaveBeenCalledTimes(1);
    const [path, init] = fetchMock.mock.calls[0]!;
    expect(path).toBe(`/v1/terminals/${ID}/${action}`);
    expect(init.method).toBe('POST');
    expect(init.headers).toMatchObject({ 'Content-Type': 'application/json' });
    expect(JSON.parse(String(init.body))).toEqual(body);
  });
});

describe('refusals', () => {
  it('are told in the words of the server', async () => {
    answerWith(
      409,
      JSON.stringify({ title: 'Conflict', status: 409, detail: 'It reads a card.', code: 'wrong-state' }),
    );
    const refused = await pressCancel(ID).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ code: 'wrong-state', message: 'It reads a card.' });
  });

  it('fall back on the status when the answer says nothing', async () => {
    answerWith(502, '<html>');
    await expect(getBooks()).rejects.toMatchObject({ code: 'http-502', message: 'The server answered 502.' });
  });

  it('include a server that cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('network')));
    await expect(getBooks()).rejects.toMatchObject({
      code: 'unreachable',
      message: 'The server does not answer.',
    });
  });
});
