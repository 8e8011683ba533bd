import { fromHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { describeBits, TSI_BITS } from '../data/bit-meanings.ts';
import { run, type Situation, sessionOf, tvrOf } from '../testing/situation.ts';
import { verifyCardholder } from './cardholder-verification.ts';
import type { KernelReply } from './kernel-types.ts';

describe('cardholder verification, EMV Book 3 10.5', () => {
  const NONE = '0000000000000000';
  const failed = 'Cardholder verification was not successful';
  const noPinPad = 'PIN entry required and PIN pad not present or not working';
  const bypassed = 'PIN entry required, PIN pad present, but PIN was not entered';
  const entered: KernelReply = { kind: 'pin-entered' };
  const bypass: KernelReply = { kind: 'pin-bypassed' };
  const noPin = { capabilities: fromHex('E02800') };
  const onlyPin = { capabilities: fromHex('E04000') };
  const cash = { type: '01' } as const;
  const cashback = { type: '09', otherAmount: 1n } as const;

  test.each<[string, string, Situation, KernelReply[], string, string[]]>([
    ['online PIN', `${NONE}4203`, {}, [entered], '420300', ['Online PIN entered']],
    ['online PIN, always', `${NONE}0200`, {}, [entered], '020000', ['Online PIN entered']],
    ['signature', `${NONE}1E03`, {}, [], '1E0300', []],
    ['no CVM', `${NONE}1F00`, {}, [], '1F0002', []],
    ['bypassed PIN, then signature', `${NONE}42035E03`, {}, [bypass], '5E0300', [bypassed]],
    [
      'bypassed PIN and no further rule may apply',
      `${NONE}02031F03`,
      {},
      [bypass],
      '020301',
      [failed, bypassed],
    ],
    ['bypassed PIN is not asked for twice', `${NONE}420342001F03`, {}, [bypass], '1F0302', [bypassed]],
    ['PIN not supported: the condition is not met', `${NONE}02031F03`, { config: noPin }, [], '1F0302', []],
    ['PIN not supported but demanded', `${NONE}0200`, { config: noPin }, [], '3F0001', [failed, noPinPad]],
    [
      'PIN not supported but demanded, next rule',
      `${NONE}42001F00`,
      { config: noPin },
      [],
      '1F0002',
      [noPinPad],
    ],
    ['offline PIN is not of this kernel', `${NONE}41001F00`, {}, [], '1F0002', [noPinPad]],
    ['offline PIN where supported: passed over', `${NONE}44031F00`, {}, [], '1F0002', []],
    ['a method nobody knows', `${NONE}60001F00`, {}, [], '1F0002', ['Unrecognised CVM']],
    ['a method nobody knows, alone', `${NONE}2003`, {}, [], '3F0001', [failed, 'Unrecognised CVM']],
    ['a biometric is known and not supported', `${NONE}07031F00`, {}, [], '1F0002', []],
    [
      'bypassed PIN, then one that cannot be taken',
      `${NONE}42004100`,
      {},
      [bypass],
      '420001',
      [failed, noPinPad, bypassed],
    ],
    ['fail', `${NONE}00001F00`, {}, [], '000001', [failed]],
    ['fail after all others', `${NONE}1E030000`, { config: onlyPin }, [], '000001', [failed]],
    ['no rule applies', `${NONE}42011E04`, {}, [], '3F0001', [failed]],
    ['a condition nobody knows', `${NONE}1F0A1F00`, {}, [], '1F0002', []],
    ['cash at a desk', `${NONE}1E04`, { transaction: cash }, [], '1E0400', []],
    [
      'cash at a machine',
      `${NONE}1E041F01`,
      { transaction: cash, config: { terminalType: '25' } },
      [],
      '1F0102',
      [],
    ],
    ['no cash', `${NONE}1E02`, {}, [], '1E0200', []],
    ['no cash, but cashback', `${NONE}1E021F00`, { transaction: cashback }, [], '1F0002', []],
    ['cashback', `${NONE}1E05`, { transaction: cashback }, [], '1E0500', []],
    ['under X', '000249F1000000001F060203', {}, [], '1F0602', []],
    ['X itself is not under X', '000249F0000000001F064203', {}, [entered], '420300', ['Online PIN entered']],
    ['X itself is not over X', '000249F00000000042071F03', {}, [], '1F0302', []],
    ['over X', '000249EF0000000042071F03', {}, [entered], '420700', ['Online PIN entered']],
    ['under Y', '00000000000249F11F080203', {}, [], '1F0802', []],
    ['over Y', '00000000000249EF42091F03', {}, [entered], '420900', ['Online PIN entered']],
    [
      'another currency knows no X',
      '000249F1000000001F065E03',
      { transaction: { currencyCode: '840' } },
      [],
      '5E0300',
      [],
    ],
  ])('%s', (_, list, situation, replies, results, bits) => {
    const { session, steps } = sessionOf({
      ...situation,
      card: { '82': '1800', '8E': list, '9F42': '0398' },
    });
    expect(run(verifyCardholder(session), replies)).toBe(replies.length);
    expect(session.get('9F34')).toEqual(fromHex(results));
    expect(tvrOf(session)).toEqual(bits);
    expect(describeBits(TSI_BITS, session.tsi)).toEqual(['Cardholder verification was performed']);
    expect(steps.filter(({ step }) => step === 'cvm-finished')).toHaveLength(1);
  });

  test('says for each rule what became of it and why', () => {
    const { session, steps } = sessionOf({ card: { '82': '1800', '8E': `${NONE}410342031F03` } });
    run(verifyCardholder(session), [bypass]);
    expect(steps.filter(({ step }) => step === 'cvm-rule-considered')).toEqual([
      {
        step: 'cvm-rule-considered',
        rule: '4103',
        meaning:
          'Plaintext PIN verification performed by ICC; If terminal supports the CVM; else the next rule',
        verdict: 'skipped',
        why: "the terminal does not support 'Plaintext PIN verification performed by ICC'",
      },
      {
        step: 'cvm-rule-considered',
        rule: '4203',
        meaning: 'Enciphered PIN verified online; If terminal supports the CVM; else the next rule',
        verdict: 'failed',
        why: 'PIN entry was bypassed',
      },
      {
        step: 'cvm-rule-considered',
        rule: '1F03',
        meaning: 'No CVM required; If terminal supports the CVM; else cardholder verification fails',
        verdict: 'done',
        why: 'no verification is required',
      },
    ]);
  });

  test.each([
    ['a card without cardholder verification', { '82': '0800', '8E': `${NONE}0203` }, []],
    ['a card that announces it and has no list', { '82': '1800' }, ['ICC data missing']],
    ['a list without rules', { '82': '1800', '8E': NONE }, ['ICC data missing']],
  ])('%s performs none', (_, card, bits) => {
    const { session } = sessionOf({ card });
    run(verifyCardholder(session));
    expect(session.get('9F34')).toEqual(fromHex('3F0000'));
    expect(session.cvm).toBe('not-performed');
    expect(tvrOf(session)).toEqual(bits);
    expect(describeBits(TSI_BITS, session.tsi)).toEqual([]);
  });

  test('a cancelled PIN ends the transaction', () => {
    const { session } = sessionOf({ card: { '82': '1800', '8E': `${NONE}4203` } });
    expect(() => run(verifyCardholder(session), [{ kind: 'cancelled' }])).toThrow('PIN entry was cancelled');
  });
});
