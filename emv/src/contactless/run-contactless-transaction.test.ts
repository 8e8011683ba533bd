import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import type { CardData } from '../card/card-data.ts';
import { createCard } from '../card/create-card.ts';
import { personalise } from '../card/personalise.ts';
import { describeBits, TVR_BITS } from '../data/bit-meanings.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { issuer } from '../testing/pay.ts';
import { sampleCardData } from '../testing/sample.ts';
import { sampleReader, type Tap, tap } from '../testing/tap.ts';
import { authentication } from '../testing/test-authority.ts';
import type { TornTransaction } from './contactless-types.ts';

const LARGE = { amount: 200_000n };
const mastercard = (changes: Partial<CardData> = {}): Partial<CardData> => ({
  scheme: 'mastercard',
  ...changes,
});
const phone = { device: 'phone', verification: 'device' } as const;

describe('Visa, qVSDC', () => {
  test('below the limits: three commands, no PIN, the issuer decides', () => {
    const { outcome, commands, asked, sent, card } = tap();
    expect(outcome).toMatchObject({ kind: 'approved', by: 'issuer', receipt: { cvm: 'no-cvm', atc: 1 } });
    expect(commands).toEqual(['SELECT 2PAY.SYS.DDF01', 'SELECT A0000000031010', 'GET PROCESSING OPTIONS']);
    expect(asked).toEqual(['go-online']);
    const tags = tlvMap(sent!.de55);
    expect(toHex(tags.get('9F66')!)).toBe('36804000');
    expect(toHex(tags.get('95')!)).toBe('0000000000');
    expect(card.state.onlineNotCompleted).toBe(false);
  });

  test.each([
    ['online-pin', 'online-pin', ['online-pin', 'go-online']],
    ['signature', 'signature', ['go-online']],
  ] as const)('above the CVM limit the card asks for %s', (verification, cvm, expected) => {
    const { outcome, asked, sent } = tap({
      card: { contactless: { device: 'card', verification } },
      transaction: LARGE,
    });
    expect(outcome).toMatchObject({ kind: 'approved', receipt: { cvm } });
    expect(asked).toEqual(expected);
    expect(toHex(tlvMap(sent!.de55).get('9F66')!)).toBe('36C04000');
    expect(sent?.onlinePin).toBe(cvm === 'online-pin');
  });

  test('above the CVM limit a card that names no way is declined', () => {
    const { outcome } = tap({
      card: { contactless: { device: 'card', verification: 'none' } },
      transaction: LARGE,
    });
    expect(outcome).toMatchObject({
      kind: 'declined',
      reason: 'terminal',
      detail: 'the amount needs a verified cardholder, and the card names no way',
    });
  });

  test('a bypassed PIN is declined without asking the issuer', () => {
    const { outcome, asked } = tap({ transaction: LARGE, pin: { kind: 'pin-bypassed' } });
    expect(outcome).toMatchObject({ kind: 'declined', detail: 'PIN entry was bypassed' });
    expect(asked).toEqual(['online-pin']);
  });

  test('a phone sends its owner to it, and the second tap pays', () => {
    const first = tap({ card: { contactless: phone }, transaction: LARGE });
    expect(first.outcome).toMatchObject({ kind: 'see-phone' });
    const second = tap({ card: { contactless: phone }, transaction: LARGE, state: first.card.state });
    expect(second.outcome).toMatchObject({ kind: 'approved', receipt: { cvm: 'device' } });
    expect(second.asked).toEqual(['go-online']);
    // Unlocked for one tap alone.
    const third = tap({ card: { contactless: phone }, transaction: LARGE, state: second.card.state });
    expect(third.outcome.kind).toBe('see-phone');
  });

  test('a card that wants its contacts used', () => {
    const { outcome } = tap({
      card: { contactless: { device: 'card', verification: 'none', refuses: true } },
    });
    expect(outcome).toMatchObject({
      kind: 'try-another-interface',
      detail: expect.stringContaining('GET PROCESSING OPTIONS answered 6984'),
    });
  });

  const offline = { floorLimit: 80_000n };
  const limits = { lower: 3, upper: 5 };

  test('below the floor limit: an offline approval with its signature', () => {
    const { outcome, asked, steps } = tap({
      card: { offlineLimits: limits },
      reader: sampleReader(offline),
    });
    expect(outcome).toMatchObject({ kind: 'approved', by: 'offline', receipt: { cryptogramType: 'TC' } });
    expect(asked).toEqual([]);
    expect(steps.filter(({ step }) => step === 'data-authentication')).toMatchObject([
      { result: 'successful', why: "the card's signature of this transaction is right" },
    ]);
  });

  test.each([
    [
      'a wrong signature',
      { authentication: authentication('cda', { wrongSignatures: true }) },
      'fast DDA failed: bad-value at signed-dynamic-data.hash',
    ],
    ['an expired card', { expiry: '2512' }, "fast DDA failed: the card's certificate has expired"],
  ])('%s is not approved offline', (_, card, detail) => {
    const { outcome } = tap({ card: { offlineLimits: limits, ...card }, reader: sampleReader(offline) });
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'terminal', detail });
  });

  test('used up offline payments go online', () => {
    const { asked } = tap({
      card: { offlineLimits: limits },
      reader: sampleReader(offline),
      state: { atc: 9, lastOnlineAtc: 1 },
    });
    expect(asked).toEqual(['go-online']);
  });
});

describe('Mastercard, M/Chip', () => {
  test('one GENERATE AC with its signature, then the issuer', () => {
    const { outcome, commands, steps, sent } = tap({ card: mastercard() });
    expect(outcome).toMatchObject({ kind: 'approved', by: 'issuer', receipt: { cvm: 'no-cvm' } });
    expect(commands.filter((command) => command.startsWith('GENERATE AC'))).toHaveLength(1);
    expect(steps.filter(({ step }) => step === 'data-authentication')).toMatchObject([
      { method: 'cda', result: 'prepared' },
      { method: 'cda', result: 'successful' },
    ]);
    expect(toHex(tlvMap(sent!.de55).get('9F34')!)).toBe('1F0302');
  });

  test('above the CVM limit the list counts: a PIN for the issuer', () => {
    const { outcome, asked } = tap({ card: mastercard(), transaction: LARGE });
    expect(outcome).toMatchObject({ kind: 'approved', receipt: { cvm: 'online-pin' } });
    expect(asked).toEqual(['online-pin', 'go-online']);
  });

  test.each([
    [50_000n, 'no-cvm', '3F0002'],
    [200_000n, 'device', '010002'],
    [600_000n, 'device', '010002'],
  ])('a phone, amount %s: %s', (amount, cvm, cvmResults) => {
    const { outcome } = tap({ card: mastercard({ contactless: phone }), transaction: { amount } });
    expect(outcome).toMatchObject({ kind: 'approved', receipt: { cvm, cvmResults } });
  });

  test('a card above the transaction limit, where only a phone may', () => {
    const { outcome } = tap({ card: mastercard(), transaction: { amount: 600_000n } });
    expect(outcome).toMatchObject({
      kind: 'try-another-interface',
      detail: 'amount 600000 is not below the transaction limit 500000',
    });
  });

  test('a wrong signature is declined, never online', () => {
    const { outcome, asked } = tap({
      card: mastercard({
        authentication: authentication('cda', { scheme: 'mastercard', wrongSignatures: true }),
      }),
    });
    expect(outcome).toMatchObject({
      kind: 'declined',
      reason: 'terminal',
      detail: 'combined data authentication failed: bad-value at signed-dynamic-data.hash',
    });
    expect(asked).toEqual([]);
  });

  test('offline approval below the floor limit', () => {
    const noCodes = { denial: new Uint8Array(5), online: new Uint8Array(5), default: new Uint8Array(5) };
    const { outcome } = tap({
      card: mastercard({ offlineLimits: { lower: 3, upper: 5 }, actionCodes: noCodes }),
      reader: sampleReader({ floorLimit: 80_000n }),
    });
    expect(outcome).toMatchObject({ kind: 'approved', by: 'offline' });
  });

  test('an expired card has its bit set and is left to the action codes', () => {
    const { outcome } = tap({ card: mastercard({ expiry: '2512', authentication: undefined as never }) });
    expect(describeBits(TVR_BITS, fromHex(outcome.receipt.tvr))).toContain('Expired application');
  });
});

describe('limits and selection', () => {
  test('an amount above every limit: no command is sent', () => {
    const { outcome, commands } = tap({ transaction: { amount: 900_000n } });
    expect(outcome).toMatchObject({
      kind: 'try-another-interface',
      detail: 'the amount is above every contactless limit',
    });
    expect(commands).toEqual([]);
  });

  test.each([
    [99_999n, false],
    [100_000n, true],
  ])('amount %s: verification asked for %s', (amount, isAsked) => {
    expect(tap({ transaction: { amount } }).asked.includes('online-pin')).toBe(isAsked);
  });

  test('a card with contacts alone', () => {
    const card = createCard(personalise(sampleCardData()), {}, 'contactless');
    expect(toHex(card.transmit(fromHex('00A404000E325041592E5359532E444446303100')))).toBe('6A82');
    const { outcome } = tap({ card: { contactless: undefined as never } });
    expect(outcome).toMatchObject({ kind: 'terminated', reason: 'no-application' });
  });

  test('a blocked application gives way, and nothing is left', () => {
    const { outcome, steps } = tap({ state: { applicationBlocked: true } });
    expect(outcome).toMatchObject({ kind: 'terminated', reason: 'no-application' });
    expect(steps.some(({ step }) => step === 'application-dropped')).toBe(true);
  });
});

describe('the issuer', () => {
  test.each(['visa', 'mastercard'] as const)('declines %s', (scheme) => {
    const { outcome } = tap({ card: { scheme }, issuer: issuer('51') });
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'issuer', detail: 'response code 51' });
  });

  test.each(['visa', 'mastercard'] as const)('cannot be reached for %s: declined', (scheme) => {
    const { outcome } = tap({ card: { scheme }, issuer: () => ({ kind: 'unable-to-go-online' }) });
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'unable-to-go-online' });
  });
});

describe('a card that leaves the field too early', () => {
  const lostAnswer =
    (name: string): NonNullable<Tap['intercept']> =>
    (request, command, card) => {
      if (request.kind !== 'transmit' || !command.startsWith(name)) return undefined;
      card.transmit(request.command);
      return { kind: 'removed' };
    };

  test.each([
    ['visa', 'GET PROCESSING OPTIONS'],
    ['visa', 'SELECT'],
    ['mastercard', 'READ RECORD'],
  ] as const)('%s at %s: tap again', (scheme, name) => {
    const { outcome } = tap({ card: { scheme }, intercept: lostAnswer(name) });
    expect(outcome).toMatchObject({ kind: 'present-again', torn: null });
  });

  const torn = tap({ card: mastercard(), intercept: lostAnswer('GENERATE AC') });
  const record = torn.outcome.kind === 'present-again' ? torn.outcome.torn : null;

  test('the torn answer of M/Chip is recovered: the same cryptogram, no new counter for it', () => {
    expect(record).not.toBeNull();
    const again = tap({
      card: mastercard(),
      state: torn.card.state,
      torn: record,
      transaction: { unpredictableNumber: fromHex('11111111') },
    });
    expect(again.outcome).toMatchObject({ kind: 'approved', by: 'issuer', receipt: { atc: 1 } });
    expect(again.commands.some((command) => command.startsWith('GENERATE AC'))).toBe(false);
    expect(again.steps).toContainEqual(expect.objectContaining({ step: 'torn-recovered', recovered: true }));
    // What was signed then is what the issuer gets now.
    expect(toHex(tlvMap(again.sent!.de55).get('9F37')!)).toBe('0BADCAFE');
  });

  test.each([
    ['another amount', {}, { amount: 60_000n }, false],
    ['another card', { psn: '09' }, {}, false],
    ['a card that has forgotten', { unpredictableNumber: fromHex('22222222') }, {}, true],
  ] as const)('%s: a new cryptogram', (_, changes, transaction, isAsked) => {
    const other = { ...(record as TornTransaction), ...changes };
    const again = tap({ card: mastercard(), state: torn.card.state, torn: other, transaction });
    expect(again.outcome).toMatchObject({ kind: 'approved', receipt: { atc: 2 } });
    expect(again.steps.some(({ step }) => step === 'torn-recovered')).toBe(isAsked);
  });
});
