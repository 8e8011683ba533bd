import { fromHex, tiyn } from '@kassa/primitives';
import { describe, expect, it, test } from 'vitest';
import { type CardCheck, type CardCheckRequest, type CardEvidence, checkCard } from './card-checks.ts';
import { REFUSALS, type Refusal } from './refusal.ts';
import {
  chip,
  EXPIRY,
  OTHER_PAN,
  PAN,
  PIN,
  PSN,
  SERVICE_CODE,
  security,
  stripe,
  WRONG_IMK,
} from './testing/issuer.ts';
import { AMOUNT, NOW_MS } from './testing/test-bank.ts';

const card = {
  psn: PSN,
  expiry: EXPIRY,
  pinReference: security.pinReference(PAN, PIN),
  pinTriesLeft: 3,
  lastAtc: 6,
};

function check(
  evidence: CardEvidence,
  changes: Partial<Omit<CardCheckRequest, 'card'>> & { card?: Partial<typeof card> } = {},
): CardCheck {
  return checkCard(
    { pan: PAN, evidence, amount: AMOUNT, nowMs: NOW_MS, ...changes, card: { ...card, ...changes.card } },
    security,
  );
}

const NOT_VERIFIED = '0000800000';
const ONLINE_PIN_ENTERED = '0000040000';
const repeatedTag = { ...chip(), emvData: fromHex('9F02060000001500009F0206000000150000') };

describe('a chip card', () => {
  const table: readonly [name: string, evidence: CardEvidence, refusal: Refusal | null, rc: string][] = [
    ['as issued', chip(), null, '00'],
    ['with its PIN', chip({ pin: PIN, tags: { 95: ONLINE_PIN_ENTERED } }), null, '00'],
    ['another expiry than issued', chip({ expiry: '3201' }), 'expiry-differs', '54'],
    ['under a wrong master key', chip({ imkAc: WRONG_IMK }), 'cryptogram-wrong', '82'],
    ['of another number', chip({ pan: OTHER_PAN }), 'cryptogram-wrong', '82'],
    ['9F02 changed on the way', chip({ tampered: { '9F02': '000000000100' } }), 'amount-differs', '82'],
    ['another amount signed', chip({ tags: { '9F02': '000000000100' } }), 'amount-differs', '82'],
    ['other tag changed', chip({ tampered: { '9F37': '0BADCAFF' } }), 'cryptogram-wrong', '82'],
    ['signed in dollars', chip({ tags: { '5F2A': '0840' } }), 'currency-differs', '82'],
    ['counter used before', chip({ tags: { '9F36': '0006' } }), 'atc-replayed', '82'],
    ['counter changed on the way', chip({ tampered: { '9F36': '0008' } }), 'cryptogram-wrong', '82'],
    ['an AAC, not an ARQC', chip({ tags: { '9F27': '00' } }), 'cryptogram-unreadable', '82'],
    ['no DE 55 at all', { ...chip(), emvData: new Uint8Array() }, 'cryptogram-unreadable', '82'],
    ['DE 55 not TLV', { ...chip(), emvData: fromHex('9F0206') }, 'cryptogram-unreadable', '82'],
    ['a tag twice', repeatedTag, 'cryptogram-unreadable', '82'],
    ['no 9F02', chip({ tampered: { '9F02': '' } }), 'cryptogram-unreadable', '82'],
    ['9F02 not digits', chip({ tampered: { '9F02': '00000015000A' } }), 'cryptogram-unreadable', '82'],
    ['no 9F36', chip({ tampered: { '9F36': '' } }), 'cryptogram-unreadable', '82'],
    ['no 5F2A', chip({ tampered: { '5F2A': '' } }), 'cryptogram-unreadable', '82'],
    ['unknown profile', chip({ tags: { '9F10': '06010E03A00000' } }), 'cryptogram-unreadable', '82'],
    ['holder not verified', chip({ tags: { 95: NOT_VERIFIED } }), 'cardholder-not-verified', '55'],
    [
      'a PIN entered and not sent',
      chip({ tags: { 95: ONLINE_PIN_ENTERED } }),
      'cardholder-not-verified',
      '55',
    ],
    ['wrong PIN', chip({ pin: '4272' }), 'pin-wrong', '55'],
    ['garbage for a PIN block', chip({ pinBlock: fromHex('0123456789ABCDEF') }), 'pin-wrong', '55'],
  ];
  test.each(table)('%s', (_name, evidence, refusal, responseCode) => {
    const result = check(evidence);
    expect(result.refusal).toBe(refusal);
    if (refusal) expect(REFUSALS[refusal].responseCode).toBe(responseCode);
  });

  it('is refused when the message and 9F02 are changed alike', () => {
    const evidence = chip({ tampered: { '9F02': '000000000100' } });
    expect(check(evidence, { amount: tiyn(100n) }).refusal).toBe('cryptogram-wrong');
  });

  it('uses up its counter only with a cryptogram that verifies', () => {
    expect(check(chip()).lastAtc).toBe(7);
    expect(check(chip({ pin: '4272' })).lastAtc).toBe(7);
    expect(check(chip({ tags: { 95: NOT_VERIFIED } })).lastAtc).toBe(7);
    expect(check(chip({ imkAc: WRONG_IMK, tags: { '9F36': 'FFFF' } })).lastAtc).toBe(6);
    expect(check(chip({ tags: { '9F02': '000000000100' } })).lastAtc).toBe(6);
    expect(check(chip({ tags: { '9F36': '0006' } })).lastAtc).toBe(6);
  });

  it('accepts the first counter 0 and the last 65535', () => {
    expect(check(chip({ tags: { '9F36': '0000' } }), { card: { lastAtc: -1 } })).toMatchObject({
      refusal: null,
      lastAtc: 0,
    });
    expect(check(chip({ tags: { '9F36': 'FFFF' } })).lastAtc).toBe(65_535);
  });

  it('does not try the PIN of a card that is not genuine', () => {
    const result = check(chip({ imkAc: WRONG_IMK, pin: '4272' }));
    expect(result).toMatchObject({ refusal: 'cryptogram-wrong', pinTriesLeft: 3 });
    expect(result.findings).toEqual([
      { type: 'bank.cryptogram-refused', data: { atc: 7, why: 'cryptogram-wrong' } },
    ]);
  });

  it('tells what was looked at, in order', () => {
    expect(check(chip({ pin: PIN })).findings).toEqual([
      { type: 'bank.cryptogram-verified', data: { atc: 7 } },
      { type: 'bank.pin-verified', data: { triesLeft: 3 } },
    ]);
    expect(check(chip({ tampered: { '9F36': '' } })).findings).toEqual([
      { type: 'bank.cryptogram-refused', data: { atc: null, why: 'cryptogram-unreadable' } },
    ]);
  });
});

describe('the date', () => {
  const lastMoment = Date.UTC(2031, 11, 31, 18, 59, 59, 999);
  test.each([
    ['to the last millisecond of its month in Almaty', lastMoment, null],
    ['from the next month on', lastMoment + 1, 'expired-card'],
  ])('%s', (_name, nowMs, refusal) => {
    expect(check(chip(), { nowMs }).refusal).toBe(refusal);
  });

  it('is looked at before anything else, and a date that was changed before an old one', () => {
    const wrong = chip({ imkAc: WRONG_IMK, pin: '0000' });
    expect(check(wrong, { nowMs: lastMoment + 1 })).toEqual({
      refusal: 'expired-card',
      pinTriesLeft: 3,
      lastAtc: 6,
      findings: [],
    });
    expect(check(chip({ expiry: '2401' }), { nowMs: lastMoment + 1 }).refusal).toBe('expiry-differs');
  });
});

describe('a stripe', () => {
  const table: readonly [string, CardEvidence, Refusal | null][] = [
    ['as issued', stripe(), null],
    ['with its PIN', stripe({ pin: PIN }), null],
    [
      'wrong CVV',
      stripe({ verificationValue: wrongDigit(stripe().verificationValue) }),
      'stripe-value-wrong',
    ],
    ['no CVV', stripe({ verificationValue: '' }), 'stripe-value-wrong'],
    [
      'the iCVV of the chip',
      stripe({ verificationValue: security.chipVerificationValue(PAN, EXPIRY) }),
      'stripe-value-wrong',
    ],
    ['service code changed', stripe({ serviceCode: '101' }), 'stripe-value-wrong'],
    ['expiry changed', stripe({ expiry: '3201' }), 'expiry-differs'],
    ['wrong PIN', stripe({ pin: '4272' }), 'pin-wrong'],
  ];
  test.each(table)('%s', (_name, evidence, refusal) => {
    expect(check(evidence).refusal).toBe(refusal);
  });

  it('leaves the chip counter alone', () => {
    expect(check(stripe({ pin: PIN })).lastAtc).toBe(6);
  });

  it('does not try the PIN when the CVV is wrong', () => {
    expect(check(stripe({ verificationValue: '', pin: '4272' })).pinTriesLeft).toBe(3);
  });

  it('has another value on its stripe than in its chip', () => {
    expect(security.chipVerificationValue(PAN, EXPIRY)).not.toBe(
      security.stripeVerificationValue(PAN, EXPIRY, SERVICE_CODE),
    );
  });
});

describe('the PIN', () => {
  const wrong = chip({ pin: '4272' });
  const right = chip({ pin: PIN });
  const table: readonly [string, CardEvidence, number, Refusal | null, number][] = [
    ['wrong once', wrong, 3, 'pin-wrong', 2],
    ['wrong twice', wrong, 2, 'pin-wrong', 1],
    ['wrong a third time', wrong, 1, 'pin-tries-exceeded', 0],
    ['wrong again', wrong, 0, 'pin-tries-exceeded', 0],
    ['right, too late', right, 0, 'pin-tries-exceeded', 0],
    ['right in time gives all tries back', right, 1, null, 3],
    ['not asked for leaves the tries alone', chip(), 1, null, 1],
  ];
  test.each(table)('%s', (_name, evidence, pinTriesLeft, refusal, left) => {
    expect(check(evidence, { card: { pinTriesLeft } })).toMatchObject({ refusal, pinTriesLeft: left });
  });

  it('is told as tries left, never as digits', () => {
    const findings = JSON.stringify(check(wrong).findings);
    expect(findings).toContain('"triesLeft":2');
    expect(findings).not.toContain('4272');
  });

  it('in a block made for another card is a wrong PIN', () => {
    const { pinBlock } = chip({ pan: OTHER_PAN, pin: PIN });
    expect(check({ ...chip(), pinBlock }).refusal).toBe('pin-wrong');
  });
});

function wrongDigit(value: string): string {
  return value.slice(0, 2) + ((Number(value[2]) + 1) % 10);
}
