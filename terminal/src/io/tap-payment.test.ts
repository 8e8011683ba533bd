import { type CardData, type CardState, NEW_CARD_STATE } from '@kassa/emv';
import { afterEach, describe, expect, test } from 'vitest';
import type { CardHint } from '../device-state.ts';
import type { PaymentResult } from '../payment-result.ts';
import { SAMPLE_PAN } from '../testing/sample-pan.ts';
import type { PresentedCard } from './presented-card.ts';
import { createBench } from './testing/bench.ts';
import { APPROVE, type FakeHost } from './testing/fake-host.ts';
import { issuerReply, STRIPE_WITH_SIGNATURE, swipe, testCard } from './testing/test-card.ts';
import { AMOUNT, type Stage } from './testing/test-terminal.ts';

const bench = createBench();
afterEach(() => bench.clear());

async function open() {
  const host = await bench.openHost();
  host.react('0200', issuerReply({ approved: true }));
  return { host, staged: await bench.switchOn(host) };
}

/** Purchases the host got. */
const financial = (host: FakeHost) =>
  host.received.map(({ message }) => message).filter(({ mti }) => mti === '0200');

/** A payment whose cardholder does what the screen says. */
async function payWith(
  { terminal }: Stage,
  first: PresentedCard,
  again: (hint: CardHint) => PresentedCard = () => first,
  amount = AMOUNT,
): Promise<{ result: PaymentResult; hints: CardHint[]; screens: (readonly string[])[] }> {
  const hints: CardHint[] = [];
  const screens: (readonly string[])[] = [];
  const id = await terminal.startPayment(amount, null);
  terminal.onPinPrompt(id, () => terminal.enterPin('4321'));
  terminal.onCardWantedAgain(id, (hint) => {
    hints.push(hint);
    screens.push(terminal.screen.lines);
    terminal.presentCard(again(hint));
  });
  terminal.presentCard(first);
  return { result: await terminal.ended(id), hints, screens };
}

const contactless = { device: 'card', verification: 'online-pin' } as const;
const tapped = (changes: Partial<CardData> = {}, state: CardState = NEW_CARD_STATE) =>
  testCard({ contactless, ...changes }, undefined, { entry: 'tap', state });

describe('a tap', () => {
  test('pays without a PIN below the limit: DE 22 is 071, and the device waits for no removal', async () => {
    const { host, staged } = await open();
    const small = 90_000n as typeof AMOUNT;
    const { result } = await payWith(staged, tapped().card, undefined, small);
    expect(result).toMatchObject({ approved: true, amount: '900.00' });
    const [request] = financial(host);
    expect(request?.fields).toMatchObject({ 2: SAMPLE_PAN, 22: '071' });
    expect(request?.fields[52]).toBeUndefined();
    expect(staged.terminal.screen.state).toBe('approved');
    expect(staged.terminal.finished(result.transactionId)?.receipts?.merchant).toMatch(
      /Card +\*{4} \d{4} tap/,
    );
  });

  test('above the limit takes a PIN', async () => {
    const { host, staged } = await open();
    const { result } = await payWith(staged, tapped().card, undefined, 1_000_000n as typeof AMOUNT);
    expect(result.approved).toBe(true);
    expect(financial(host)[0]?.fields[52]).toMatch(/^[0-9A-F]{16}$/);
  });

  test('of a card that wants its contacts: the same payment goes on inserted', async () => {
    const { host, staged } = await open();
    const refusing = tapped({ contactless: { ...contactless, refuses: true } });
    const { result, hints, screens } = await payWith(staged, refusing.card, () => testCard().card);
    expect(result.approved).toBe(true);
    expect(hints).toEqual(['insert']);
    expect(screens).toEqual([['Tap is not possible', 'Insert the card']]);
    expect(financial(host).map(({ fields }) => fields[22])).toEqual(['051']);
    expect(staged.told('terminal.card-wanted-again')).toEqual([
      { hint: 'insert', why: expect.stringContaining('6984') },
    ]);
  });

  test('of a phone that is locked: see the phone, tap again', async () => {
    const { staged } = await open();
    const phone = tapped({ contactless: { device: 'phone', verification: 'device' } });
    const again = () =>
      tapped({ contactless: { device: 'phone', verification: 'device' } }, phone.state).card;
    const { result, hints } = await payWith(staged, phone.card, again, 1_000_000n as typeof AMOUNT);
    expect(result.approved).toBe(true);
    expect(hints).toEqual(['see-phone']);
    expect(staged.terminal.finished(result.transactionId)?.receipts?.merchant).toContain(
      'Verified on the customer device.',
    );
  });

  test('that is cut short: tap again', async () => {
    const { host, staged } = await open();
    const gone: PresentedCard = { entry: 'tap', name: 'hasty', transmit: async () => null };
    const { result, hints } = await payWith(staged, gone, () => tapped().card);
    expect(result.approved).toBe(true);
    expect(hints).toEqual(['tap-again']);
    expect(financial(host)).toHaveLength(1);
  });
});

describe('a chip that does not answer', () => {
  const dead: PresentedCard = { entry: 'chip', name: 'dead', transmit: async () => new Uint8Array() };

  test('the stripe may be swiped in its place, and the host is told so', async () => {
    const { host, staged } = await open();
    host.react('0200', APPROVE);
    const { hints, result } = await payWith(staged, dead, () => swipe(STRIPE_WITH_SIGNATURE));
    expect(result.approved).toBe(true);
    expect(hints).toEqual(['swipe']);
    expect(financial(host)[0]?.fields[22]).toBe('801');
  });

  test('the customer may give up instead', async () => {
    const { host, staged } = await open();
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.onCardWantedAgain(id, () => staged.terminal.cancel());
    staged.terminal.presentCard(dead);
    expect(await staged.terminal.ended(id)).toMatchObject({ approved: false, responseCode: '17' });
    expect(financial(host)).toEqual([]);
  });
});
