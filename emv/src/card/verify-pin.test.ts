import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { sampleCardData } from '../testing/sample.ts';
import { authentication } from '../testing/test-authority.ts';
import type { CardData, CardState } from './card-data.ts';
import { createCard } from './create-card.ts';
import { personalise } from './personalise.ts';

const SELECT = '00A4040007A000000003101000';
const GPO = '80A80000028300';
const CHALLENGE = '0084000000';
const RIGHT = '0020008008241234FFFFFFFFFF';
const WRONG = '0020008008249999FFFFFFFFFF';

function initiated(data: Partial<CardData> = {}, state: Partial<CardState> = {}) {
  const card = createCard(
    personalise(sampleCardData({ pin: '1234', authentication: authentication('dda'), ...data })),
    state,
  );
  const send = (hex: string) => toHex(card.transmit(fromHex(hex)));
  send(SELECT);
  send(`${GPO}00`);
  return { card, send };
}

describe('VERIFY, EMV Book 3 6.5.12', () => {
  test.each([
    ['right', RIGHT, '9000'],
    ['wrong', WRONG, '63C2'],
    ['no PIN block', '00200080080000000000000000', '63C2'],
    ['another qualifier', '0020000008241234FFFFFFFFFF', '6A86'],
    ['enciphered without GET CHALLENGE', '0020008808241234FFFFFFFFFF', '6985'],
  ])('%s', (_, command, status) => {
    expect(initiated().send(command)).toBe(status);
  });

  test('the counter ends, and a right PIN brings it back', () => {
    const { card, send } = initiated({}, { pinTriesLeft: 2 });
    expect([send(WRONG), send(RIGHT)]).toEqual(['63C1', '9000']);
    expect(card.state.pinTriesLeft).toBe(3);
    expect([send(WRONG), send(WRONG), send(WRONG), send(RIGHT)]).toEqual(['63C2', '63C1', '63C0', '6983']);
  });

  test('a card without a PIN does not know the command', () => {
    const { pin: _, ...none } = sampleCardData();
    const card = createCard(personalise(none), {});
    card.transmit(fromHex(SELECT));
    expect(toHex(card.transmit(fromHex(RIGHT)))).toBe('6D00');
  });
});

describe('GET CHALLENGE, EMV Book 3 6.5.6', () => {
  test('gives another number each time, valid for the next command alone', () => {
    const { send } = initiated();
    const first = send(CHALLENGE);
    expect(first).toMatch(/^[0-9A-F]{16}9000$/);
    expect(send(CHALLENGE)).not.toBe(first);
    expect(send('80CA9F1700')).toBe('9F1701039000');
    expect(send('0020008808241234FFFFFFFFFF')).toBe('6985');
  });

  test('an enciphered block for another challenge costs a try', () => {
    const { send } = initiated();
    send(CHALLENGE);
    expect(send(`0020008880${'00'.repeat(128)}`)).toBe('63C2');
  });
});

test('a blocked card answers every SELECT with 6A81', () => {
  const card = createCard(personalise(sampleCardData()), { cardBlocked: true });
  expect(toHex(card.transmit(fromHex(SELECT)))).toBe('6A81');
});
