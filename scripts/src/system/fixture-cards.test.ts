import { type CardFixture, loadFixtures } from '@kassa/fixtures';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type SystemUnderTest, systemUnderTest } from '../testing/system-under-test.ts';

interface Event {
  readonly type: string;
  readonly transactionId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

const { cards } = loadFixtures();
let tool: SystemUnderTest;
/** Of all payments, and of the last. */
const all: Event[] = [];
let events: readonly Event[] = [];

beforeAll(async () => {
  tool = await systemUnderTest();
  tool.system.events.listen(({ json }) => all.push(JSON.parse(json) as Event));
});
afterAll(() => tool.close());

async function attempt(card: CardFixture) {
  const hints: string[] = [];
  const { entry, amount } = card.try;
  const result = await tool.pay({ card: card.id, entry, amount, onHint: (hint) => hints.push(hint) });
  // The stream comes a little later than the result: the customer's receipt is the last of a payment.
  const last = ({ type, data, transactionId }: Event): boolean =>
    transactionId === result.transactionId && type === 'terminal.receipt-printed' && data.copy === 'customer';
  await eventually(() => all.some(last));
  events = all.filter(({ transactionId }) => transactionId === result.transactionId);
  const { approved, responseCode, reason } = result;
  return { approved, responseCode, reason, hints, verification: verificationOf() };
}

/** How the cardholder was verified, as the stream told it. */
function verificationOf(): CardFixture['try']['verification'] {
  const told = (type: string) => events.filter((event) => event.type === type);
  if (told('terminal.pin-entered').length > 0) return 'online-pin';
  if (decisions('pin-verified').length > 0) return 'offline-pin';
  const receipt = told('terminal.receipt-printed')
    .map(({ data }) => String(data.text))
    .join('');
  if (receipt.includes('Signature ___')) return 'signature';
  return receipt.includes('Verified on the customer device') ? 'device' : 'none';
}

function decisions(step: string): string[] {
  return events
    .filter(({ type, data }) => type === 'kernel.decided' && data.step === step)
    .map(({ data }) => String(data.decision));
}

describe('every test card does what docs/cards.md says, and nothing else', () => {
  test.each(cards)('$id', async (card) => {
    const { reason, ...found } = await attempt(card);
    const { approved, responseCode, hints, verification } = card.try;
    expect(found, reason ?? '').toEqual({ approved, responseCode, hints, verification });
    expect(tool.troubles).toEqual([]);
  });
});

describe('a card that proves itself is believed', () => {
  const proving = cards.filter(
    ({ authentication, try: { entry, approved } }) =>
      entry === 'chip' && approved && authentication !== 'none',
  );

  test.each(proving)('$id by $authentication', async (card) => {
    await attempt(card);
    const name = card.authentication.toUpperCase();
    expect(decisions('data-authentication').at(-1)).toBe(`${name}: successful`);
    expect(decisions('tvr-bit-set').some((bit) => /[SDC]DA failed/.test(bit))).toBe(false);
  });

  test('and one whose signature is wrong is not', async () => {
    const card = cards.find(({ authentication }) => authentication === 'cda-wrong');
    expect(card).toBeDefined();
    if (card) await attempt(card);
    expect(decisions('data-authentication').at(-1)).toBe('CDA: failed');
    expect(events.some(({ type }) => type === 'terminal.message-sent')).toBe(false);
  });
});
