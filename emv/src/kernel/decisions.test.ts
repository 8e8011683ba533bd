import { fromHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { describeBits, TSI_BITS } from '../data/bit-meanings.ts';
import { sampleApplication } from '../testing/sample.ts';
import { run, type Situation, sessionOf, tvrOf } from '../testing/situation.ts';
import type { KernelReply, TerminalConfig } from './kernel-types.ts';
import { checkRestrictions } from './processing-restrictions.ts';
import { decideDefault, decideFirstAction } from './terminal-action-analysis.ts';
import { manageRisk } from './terminal-risk-management.ts';

describe('processing restrictions, EMV Book 3 10.4', () => {
  const card = { '9F08': '0096', '9F07': 'FFC0', '5F28': '0398', '5F24': '301231', '5F25': '250101' };
  const notAllowed = 'Requested service not allowed for card product';
  test.each<[string, Situation, string[]]>([
    ['all in order', {}, []],
    [
      'another version',
      { card: { '9F08': '0095' } },
      ['ICC and terminal have different application versions'],
    ],
    ['a card that may not be used outside ATMs', { card: { '9F07': 'FEC0' } }, [notAllowed]],
    [
      'an ATM card at an ATM',
      {
        card: { '9F07': 'FEC0' },
        config: { terminalType: '14', additionalCapabilities: fromHex('E000F0A001') },
      },
      [],
    ],
    ['goods at home refused', { card: { '9F07': '5500' } }, [notAllowed]],
    ['services at home suffice', { card: { '9F07': '0900' } }, []],
    ['goods abroad refused', { card: { '9F07': 'A900', '5F28': '0643' } }, [notAllowed]],
    ['services abroad suffice', { card: { '9F07': '0500', '5F28': '0643' } }, []],
    ['cash at home refused', { card: { '9F07': '7F00' }, transaction: { type: '01' } }, [notAllowed]],
    ['cash abroad allowed', { card: { '9F07': '4100', '5F28': '0643' }, transaction: { type: '01' } }, []],
    [
      'cashback refused',
      { card: { '9F07': 'FF40' }, transaction: { type: '09', otherAmount: 1n } },
      [notAllowed],
    ],
    ['cashback allowed', { card: { '9F07': 'FF80' }, transaction: { type: '09', otherAmount: 1n } }, []],
    ['the last day', { transaction: { date: '301231' } }, []],
    ['the day after', { transaction: { date: '310101' } }, ['Expired application']],
    ['the first day', { transaction: { date: '250101' } }, []],
    ['the day before', { transaction: { date: '241231' } }, ['Application not yet effective']],
    ['a card of the last century', { card: { '5F24': '991231', '5F25': '960101' } }, ['Expired application']],
  ])('%s', (_, situation, bits) => {
    const { session, steps } = sessionOf({ ...situation, card: { ...card, ...situation.card } });
    checkRestrictions(session);
    expect(tvrOf(session)).toEqual(bits);
    const last = steps.at(-1);
    expect(last).toMatchObject({ step: 'restrictions-checked' });
    expect(last?.step === 'restrictions-checked' && last.findings.length > 0).toBe(bits.length > 0);
  });

  test('a card that restricts nothing is in order', () => {
    const { session } = sessionOf({ card: { '5F24': '301231' } });
    checkRestrictions(session);
    expect(tvrOf(session)).toEqual([]);
  });
});

describe('terminal risk management, EMV Book 3 10.6', () => {
  const random = { targetPercent: 20, maximumPercent: 80, thresholdAmount: 1_000n };
  const withRandom = (amount: bigint, randomSelectionNumber: number): Situation => ({
    config: { applications: [sampleApplication({ floorLimit: 2_000n, randomSelection: random })] },
    transaction: { amount, randomSelectionNumber },
  });
  const limit = (floorLimit: bigint): Situation => ({
    config: { applications: [sampleApplication({ floorLimit })] },
  });
  const exceeded = 'Transaction exceeds floor limit';
  const selected = 'Transaction selected randomly for online processing';

  test.each<[string, Situation, string[]]>([
    ['below the floor limit', limit(150_001n), []],
    ['at the floor limit', limit(150_000n), [exceeded]],
    [
      'the merchant wants to know',
      { ...limit(150_001n), transaction: { forceOnline: true } },
      ['Merchant forced transaction online'],
    ],
    ['below the threshold, number at the target', withRandom(999n, 20), [selected]],
    ['below the threshold, number above the target', withRandom(999n, 21), []],
    ['half way, number at the middle', withRandom(1_500n, 50), [selected]],
    ['half way, number above the middle', withRandom(1_500n, 51), []],
    ['at the floor limit nothing is random', withRandom(2_000n, 1), [exceeded]],
  ])('%s', (_, situation, bits) => {
    const { session } = sessionOf(situation);
    expect(run(manageRisk(session))).toBe(0);
    expect(tvrOf(session)).toEqual(bits);
    expect(describeBits(TSI_BITS, session.tsi)).toEqual(['Terminal risk management was performed']);
  });

  const lower = 'Lower consecutive offline limit exceeded';
  const upper = 'Upper consecutive offline limit exceeded';
  const counters = (atc: string, lastOnline: string): KernelReply[] =>
    [`9F3602${atc}9000`, `9F1302${lastOnline}9000`].map((hex) => ({ kind: 'response', bytes: fromHex(hex) }));
  const refused: KernelReply = { kind: 'response', bytes: fromHex('6A88') };
  test.each<[string, KernelReply[], string[]]>([
    ['at the lower limit', counters('0112', '0110'), []],
    ['over the lower limit', counters('0113', '0110'), [lower]],
    ['at the upper limit', counters('0114', '0110'), [lower]],
    ['over the upper limit', counters('0115', '0110'), [lower, upper]],
    ['a new card', counters('0001', '0000'), ['New card']],
    ['no progress', counters('0110', '0110'), [lower, upper]],
    ['no counters', [refused, refused], [lower, upper]],
    ['no last online counter', [counters('0110', '0110')[0]!, refused], [lower, upper]],
  ])('velocity: %s', (_, replies, bits) => {
    const { session } = sessionOf({ ...limit(999_999n), card: { '9F14': '02', '9F23': '04' } });
    expect(run(manageRisk(session), replies)).toBe(2);
    expect(tvrOf(session).toSorted()).toEqual(bits.toSorted());
  });
});

describe('terminal action analysis, EMV Book 3 10.7', () => {
  const issuerCodes = (denial: string, online: string, other: string) => ({
    '9F0E': denial,
    '9F0F': online,
    '9F0D': other,
  });
  const ZERO = '0000000000';
  const tac = (codes: { denial?: string; online?: string; default?: string }): Partial<TerminalConfig> => ({
    applications: [
      sampleApplication({
        actionCodes: {
          denial: fromHex(codes.denial ?? ZERO),
          online: fromHex(codes.online ?? ZERO),
          default: fromHex(codes.default ?? ZERO),
        },
      }),
    ],
  });
  const none = issuerCodes(ZERO, ZERO, ZERO);

  test.each<[string, Situation, string, string, string, string]>([
    [
      'nothing set',
      { card: none },
      ZERO,
      'TC',
      'none',
      'offline approval asked for: no TVR bit is in the denial or online codes',
    ],
    [
      'a bit nobody minds',
      { card: none },
      '0040000000',
      'TC',
      'none',
      'offline approval asked for: no TVR bit is in the denial or online codes',
    ],
    [
      'issuer denies',
      { card: issuerCodes('0040000000', 'FFFFFFFFFF', ZERO) },
      '0040000000',
      'AAC',
      'denial',
      "declined because TVR byte 2 bit 7 'Expired application' is in IAC denial",
    ],
    [
      'acquirer denies',
      { card: none, config: tac({ denial: '0040000000' }) },
      '0040000000',
      'AAC',
      'denial',
      "declined because TVR byte 2 bit 7 'Expired application' is in TAC denial",
    ],
    [
      'both send it online',
      { card: issuerCodes(ZERO, '0000000800', ZERO), config: tac({ online: '0000000800' }) },
      '0000000800',
      'ARQC',
      'online',
      "online because TVR byte 4 bit 4 'Merchant forced transaction online' is in TAC online and IAC online",
    ],
    [
      'no issuer codes: everything goes online',
      {},
      '0000000800',
      'ARQC',
      'online',
      "online because TVR byte 4 bit 4 'Merchant forced transaction online' is in IAC online",
    ],
    [
      'no issuer codes and nothing set',
      {},
      ZERO,
      'TC',
      'none',
      'offline approval asked for: no TVR bit is in the denial or online codes',
    ],
    [
      'online only',
      { card: none, config: { terminalType: '21' } },
      ZERO,
      'ARQC',
      'none',
      'online because the terminal is online only',
    ],
    [
      'offline only, default codes',
      { card: issuerCodes(ZERO, ZERO, '8000000000'), config: { terminalType: '23' } },
      '8000000000',
      'AAC',
      'default',
      "declined because TVR byte 1 bit 8 'Offline data authentication was not performed' is in IAC default",
    ],
    [
      'offline only, nothing in the default codes',
      { card: issuerCodes(ZERO, 'FFFFFFFFFF', ZERO), config: { terminalType: '23' } },
      '8000000000',
      'TC',
      'none',
      'offline approval asked for: no TVR bit is in the default codes',
    ],
  ])('%s', (_, situation, tvr, decision, codes, why) => {
    const { session, steps } = sessionOf(situation);
    session.tvr = fromHex(tvr);
    expect(decideFirstAction(session)).toBe(decision);
    expect(steps).toMatchObject([{ step: 'action-decided', decision, codes, why }]);
  });

  test('the default codes decide when the issuer cannot be reached', () => {
    const { session } = sessionOf({ card: issuerCodes(ZERO, ZERO, '0000040000') });
    session.tvr = fromHex('0000040000');
    expect(decideDefault(session)).toBe('AAC');
    session.tvr = fromHex('0000008000');
    expect(decideDefault(session)).toBe('TC');
  });
});
