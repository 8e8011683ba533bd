import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { describeCvr } from '../cryptogram/card-verification-results.ts';
import { describeBits, TVR_BITS } from '../data/bit-meanings.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { type Payment, pay } from '../testing/pay.ts';
import { AUTHORITY_KEYS, authentication } from '../testing/test-authority.ts';

/** 9F33 byte 2: every PIN, signature and no CVM. */
const CAPABLE = { capabilities: fromHex('E0F8C8'), authorityKeys: AUTHORITY_KEYS };
const FAILED = 'Cardholder verification was not successful';
const EXCEEDED = 'PIN Try Limit exceeded';
const BYPASSED = 'PIN entry required, PIN pad present, but PIN was not entered';
const NONE = '0000000000000000';

function payWithPin(changes: Payment = {}) {
  const payment = pay({
    config: CAPABLE,
    ...changes,
    card: { pin: '1234', cvmList: 'offline-pin', authentication: authentication('dda'), ...changes.card },
  });
  const { cvm, cvmResults, tvr } = payment.outcome.receipt;
  const bits = describeBits(TVR_BITS, fromHex(tvr)).filter((bit) =>
    [FAILED, EXCEEDED, BYPASSED].includes(bit),
  );
  const cvr = payment.sent ? describeCvr('visa', tlvMap(payment.sent.de55).get('9F10')!.slice(3)) : [];
  const verifications = payment.commands.filter((command) => command.startsWith('VERIFY')).length;
  const prompts = payment.requests.flatMap((request) =>
    request.kind === 'offline-pin' ? [request.triesLeft] : [],
  );
  return { ...payment, cvm, cvmResults, bits, cvr, verifications, prompts };
}

describe('offline PIN, EMV Book 3 10.5.1', () => {
  test.each([
    ['plaintext', 'offline-pin', '010302'],
    ['enciphered', 'enciphered-offline-pin', '040302'],
    ['plaintext, with signature', `${NONE}0303`, '030300'],
    ['enciphered, with signature', `${NONE}0503`, '050300'],
  ])('%s: the right PIN', (_, cvmList, results) => {
    const payment = payWithPin({ card: { cvmList } });
    expect(payment.outcome.kind).toBe('approved');
    expect(payment.cvm).toBe(results.endsWith('00') ? 'offline-pin-and-signature' : 'offline-pin');
    expect(payment.cvmResults).toBe(results);
    expect(payment.bits).toEqual([]);
    expect(payment.prompts).toEqual([3]);
    expect(payment.cvr).toContain('Offline PIN verification performed');
    expect(payment.cvr).not.toContain('Offline PIN verification failed');
    expect(payment.sent?.onlinePin).toBe(false);
  });

  test.each(['offline-pin', 'enciphered-offline-pin'])('%s: wrong, wrong, right', (cvmList) => {
    const payment = payWithPin({ card: { cvmList }, offlinePins: ['0000', '12345', '1234'] });
    expect(payment.prompts).toEqual([3, 2, 1]);
    expect(payment.cvm).toBe('offline-pin');
    expect(payment.card.state.pinTriesLeft).toBe(3);
    expect(payment.steps.filter(({ step }) => step === 'pin-verified')).toMatchObject([
      { triesLeft: 2 },
      { triesLeft: 1 },
      { triesLeft: null },
    ]);
  });

  test('three times wrong: the card has no tries left, now and the next time', () => {
    const payment = payWithPin({ offlinePins: ['0000', '0000', '0000'] });
    expect(payment.prompts).toEqual([3, 2, 1]);
    expect(payment).toMatchObject({ cvm: 'failed', cvmResults: '010301', bits: [FAILED, EXCEEDED] });
    expect(payment.cvr).toContain('PIN try limit exceeded');
    expect(payment.card.state.pinTriesLeft).toBe(0);
    const next = payWithPin({ state: payment.card.state });
    expect(next).toMatchObject({ verifications: 0, prompts: [], cvm: 'failed', bits: [FAILED, EXCEEDED] });
  });

  test('bypassed', () => {
    const payment = payWithPin({ offlinePins: [''] });
    expect(payment).toMatchObject({ cvm: 'failed', cvmResults: '010301', bits: [FAILED, BYPASSED] });
    expect(payment.verifications).toBe(0);
  });

  test('a terminal without offline PIN takes the PIN online', () => {
    const payment = payWithPin({ config: { ...CAPABLE, capabilities: fromHex('E068C8') } });
    expect(payment).toMatchObject({ cvm: 'online-pin', verifications: 0 });
  });

  test('a card that sent no certificate cannot be given an enciphered PIN', () => {
    const payment = payWithPin({
      card: { cvmList: `${NONE}44031F03`, authentication: authentication('sda') },
    });
    expect(payment).toMatchObject({ cvm: 'no-cvm', verifications: 0, prompts: [] });
    expect(payment.steps).toContainEqual(
      expect.objectContaining({
        verdict: 'failed',
        why: 'the card has no certified key a PIN could be enciphered for',
      }),
    );
  });

  test('no PIN is in any step or request', () => {
    const { steps, requests } = payWithPin({ offlinePins: ['7391', '1234'] });
    const text = JSON.stringify([steps, requests], (_, value) => {
      if (typeof value === 'bigint') return value.toString();
      return value instanceof Uint8Array ? toHex(value) : value;
    });
    expect(text).not.toContain('7391');
    expect(text).not.toContain('241234');
  });
});

describe('the card removed at the PIN prompt', () => {
  test('ends the transaction', () => {
    const { outcome } = payWithPin({
      intercept: (request) => (request.kind === 'offline-pin' ? { kind: 'removed' } : undefined),
    });
    expect(outcome).toMatchObject({
      kind: 'terminated',
      reason: 'card-removed',
      detail: 'during offline-pin',
    });
  });
});
