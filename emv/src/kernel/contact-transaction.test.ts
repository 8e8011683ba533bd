import { concatBytes, encodeTlv, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { tlvMap } from '../data/tlv-map.ts';
import { verifyOnlineCryptogram } from '../issuer/verify-online-cryptogram.ts';
import { issuer, pay } from '../testing/pay.ts';
import { SAMPLE_IMK, sampleApplication, VISA_PAN } from '../testing/sample.ts';
import type { KernelStep } from './kernel-step.ts';
import type { KernelReply, KernelRequest } from './kernel-types.ts';

const stepsOf = <Name extends KernelStep['step']>(steps: readonly KernelStep[], name: Name) =>
  steps.filter((step): step is Extract<KernelStep, { step: Name }> => step.step === name);

const NO_BITS = new Uint8Array(5);
const NO_ISSUER_CODES = { denial: NO_BITS, online: NO_BITS, default: NO_BITS };

describe('an approved payment', () => {
  const { outcome, commands, steps, sent, card } = pay();

  test('is these commands and no others', () => {
    expect(commands).toEqual([
      'SELECT 1PAY.SYS.DDF01',
      'READ RECORD SFI 1 record 1',
      'READ RECORD SFI 1 record 2',
      'SELECT A0000000031010',
      'GET PROCESSING OPTIONS',
      'READ RECORD SFI 1 record 1',
      'READ RECORD SFI 2 record 1',
      'READ RECORD SFI 2 record 2',
      'READ RECORD SFI 3 record 1',
      'GENERATE AC for ARQC',
      'GENERATE AC for TC',
    ]);
  });

  test('ends with a TC, and all the receipt shows', () => {
    expect(outcome).toMatchObject({
      kind: 'approved',
      by: 'issuer',
      reversalNeeded: false,
      receipt: {
        aid: 'A0000000031010',
        label: 'VISA DEBIT',
        preferredName: 'VISA DEBIT',
        tvr: '8000048000',
        tsi: '6800',
        cvm: 'online-pin',
        cvmResults: '020300',
        cryptogramType: 'TC',
        atc: 1,
      },
    });
    expect(card.state).toMatchObject({ atc: 1, lastOnlineAtc: 1 });
  });

  test('sends the data objects in their documented order, and the card beside them', () => {
    const tags = tlvMap(sent!.de55);
    expect([...tags.keys()]).toEqual(
      '5F2A 5F34 82 84 95 9A 9C 9F02 9F03 9F09 9F10 9F1A 9F1E 9F26 9F27 9F33 9F34 9F35 9F36 9F37 9F41'.split(
        ' ',
      ),
    );
    const shown = Object.fromEntries([...tags].map(([tag, value]) => [tag, toHex(value)]));
    expect(shown).toMatchObject({
      '5F2A': '0398',
      '5F34': '01',
      '82': '1800',
      '84': 'A0000000031010',
      '95': '8000048000',
      '9A': '260115',
      '9C': '00',
      '9F02': '000000150000',
      '9F03': '000000000000',
      '9F09': '0096',
      '9F10': '06011203A03000',
      '9F1A': '0398',
      '9F1E': toHex(fromLatin1('00000001')),
      '9F27': '80',
      '9F33': 'E06800',
      '9F34': '020300',
      '9F35': '22',
      '9F36': '0001',
      '9F37': '0BADCAFE',
      '9F41': '00000042',
    });
    expect(sent).toMatchObject({
      pan: VISA_PAN,
      psn: '01',
      expiry: '3002',
      track2: `${VISA_PAN}D3002201`,
      onlinePin: true,
    });
  });

  test('says which bits made it go online', () => {
    expect(stepsOf(steps, 'action-decided')).toEqual([
      {
        step: 'action-decided',
        decision: 'ARQC',
        codes: 'online',
        bits: [
          { bit: "byte 1 bit 8 'Offline data authentication was not performed'", inTac: false, inIac: true },
          { bit: "byte 3 bit 3 'Online PIN entered'", inTac: false, inIac: true },
          { bit: "byte 4 bit 8 'Transaction exceeds floor limit'", inTac: false, inIac: true },
        ],
        why:
          "online because TVR byte 1 bit 8 'Offline data authentication was not performed' is in IAC online; " +
          "TVR byte 3 bit 3 'Online PIN entered' is in IAC online; " +
          "TVR byte 4 bit 8 'Transaction exceeds floor limit' is in IAC online",
      },
    ]);
  });

  test("says the cardholder's languages", () => {
    expect(stepsOf(steps, 'application-selected')).toMatchObject([{ languages: ['kk', 'ru'] }]);
  });

  test('tells every step in order', () => {
    expect(steps.map(({ step }) => step)).toEqual([
      'candidates-listed',
      'application-selected',
      'processing-initiated',
      'record-read',
      'record-read',
      'record-read',
      'record-read',
      'tvr-bit-set',
      'data-authentication',
      'restrictions-checked',
      'tvr-bit-set',
      'cvm-rule-considered',
      'cvm-finished',
      'tsi-bit-set',
      'tvr-bit-set',
      'tsi-bit-set',
      'risk-managed',
      'action-decided',
      'tsi-bit-set',
      'cryptogram-received',
      'issuer-answered',
      'issuer-authentication',
      'tsi-bit-set',
      'cryptogram-received',
    ]);
  });

  test('tells no number, name or track', () => {
    const told = JSON.stringify([steps, outcome.receipt]);
    expect(told).not.toContain(VISA_PAN.slice(6, 12));
    expect(told).not.toContain('AKHMETOVA');
    expect(told).not.toContain(toHex(fromLatin1('AKHMETOVA')));
  });

  test('is the same for a Mastercard card, with method 1 and format 2', () => {
    const mastercard = pay({ card: { scheme: 'mastercard' } });
    expect(mastercard.outcome).toMatchObject({
      kind: 'approved',
      by: 'issuer',
      receipt: { aid: 'A0000000041010', label: 'MASTERCARD', cryptogramType: 'TC' },
    });
    expect(tlvMap(mastercard.sent!.de55).get('9F10')).toHaveLength(18);
  });

  test('proves its issuer by EXTERNAL AUTHENTICATE when the card wants that', () => {
    const external = pay({ card: { externalAuthenticate: true } });
    expect(external.commands.slice(-3)).toEqual([
      'GENERATE AC for ARQC',
      'EXTERNAL AUTHENTICATE',
      'GENERATE AC for TC',
    ]);
    expect(external.outcome).toMatchObject({ kind: 'approved', receipt: { tsi: '7800', tvr: '8000048000' } });
    expect(stepsOf(external.steps, 'issuer-authentication')).toMatchObject([
      { how: 'external-authenticate', result: 'successful' },
    ]);
  });
});

describe('the issuer', () => {
  test('declines: the card gives an AAC and nothing is reversed', () => {
    const { outcome, commands } = pay({ issuer: issuer('51') });
    expect(commands.at(-1)).toBe('GENERATE AC for AAC');
    expect(outcome).toMatchObject({
      kind: 'declined',
      reason: 'issuer',
      detail: 'response code 51',
      reversalNeeded: false,
      receipt: { cryptogramType: 'AAC' },
    });
  });

  test('sees a changed amount as a wrong cryptogram', () => {
    const { outcome } = pay({
      issuer: (request) => {
        const objects = [...tlvMap(request.de55)].map(([tag, value]) =>
          encodeTlv(tag, tag === '9F02' ? fromHex('000000000100') : value),
        );
        return issuer('00')({ ...request, de55: concatBytes(...objects) });
      },
    });
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'issuer', detail: 'response code 05' });
  });

  test('sees the counter of the card, so that it can refuse one it has seen', () => {
    const { sent } = pay({ state: { atc: 299, lastOnlineAtc: 299 } });
    const tags = tlvMap(sent!.de55);
    const check = () => verifyOnlineCryptogram({ imkAc: SAMPLE_IMK, pan: VISA_PAN, psn: '01', tags });
    expect(check()).toMatchObject({ ok: true, atc: 300 });
    expect(check()).toMatchObject({ ok: true, atc: 300 });
  });

  test.each([
    ['in the second GENERATE AC', false, '8000048000'],
    ['in EXTERNAL AUTHENTICATE', true, '8000048040'],
  ])(
    'that proves itself wrongly %s is not believed: reverse what it approved',
    (_, externalAuthenticate, tvr) => {
      const { outcome, card } = pay({
        card: { externalAuthenticate },
        issuer: (request) => {
          const answer = issuer('00')(request);
          if (answer.kind !== 'online-response') return answer;
          const issuerData = answer.issuerData.slice();
          issuerData[2]! ^= 0x01;
          return { ...answer, issuerData };
        },
      });
      expect(outcome).toMatchObject({
        kind: 'declined',
        reason: 'card-after-approval',
        reversalNeeded: true,
        receipt: { cryptogramType: 'AAC', tvr },
      });
      expect(card.state.issuerAuthenticationFailed).toBe(true);
    },
  );

  test.each([
    ['nothing', new Uint8Array()],
    ['broken data', fromHex('9185')],
    ['a tag 91 too short', fromHex('910400000000')],
    ['a tag twice', fromHex('8A0230308A023030')],
  ])('that sends %s is not believed by the card', (_, issuerData) => {
    const { outcome, steps } = pay({
      issuer: () => ({ kind: 'online-response', responseCode: '00', issuerData }),
    });
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'card-after-approval', reversalNeeded: true });
    expect(stepsOf(steps, 'issuer-authentication')).toMatchObject([{ result: 'no-data' }]);
  });
});

describe('without the issuer', () => {
  const unreachable = (): KernelReply => ({ kind: 'unable-to-go-online' });
  const offlineLimits = { lower: 0, upper: 3 };

  test('the default codes decline: Z3', () => {
    const { outcome, requests } = pay({ issuer: unreachable });
    expect(outcome).toMatchObject({
      kind: 'declined',
      reason: 'unable-to-go-online',
      detail: 'the default action codes decline',
      reversalNeeded: false,
    });
    expect(lastCommand(requests)).toContain(toHex(fromLatin1('Z3')));
  });

  test('nothing in the default codes and a card within its limits: Y3, approved offline', () => {
    const { outcome, requests, sent } = pay({
      card: { actionCodes: NO_ISSUER_CODES, offlineLimits },
      transaction: { forceOnline: true },
      config: {
        applications: [
          sampleApplication({ actionCodes: { ...NO_ISSUER_CODES, online: fromHex('0000000800') } }),
        ],
      },
      issuer: unreachable,
    });
    expect(sent).not.toBeNull();
    expect(outcome).toMatchObject({ kind: 'approved', by: 'offline', receipt: { cryptogramType: 'TC' } });
    expect(lastCommand(requests)).toContain(toHex(fromLatin1('Y3')));
  });

  test('a card over its limit declines all the same', () => {
    const { outcome } = pay({
      card: { actionCodes: NO_ISSUER_CODES, offlineLimits },
      state: { atc: 9, lastOnlineAtc: 2 },
      issuer: unreachable,
      transaction: { amount: 1n },
      config: { applications: [sampleApplication({ floorLimit: 100n, actionCodes: NO_ISSUER_CODES })] },
    });
    expect(outcome).toMatchObject({
      kind: 'declined',
      reason: 'unable-to-go-online',
      detail: 'the card declined',
    });
  });

  test('an online-only terminal declines whatever the codes say', () => {
    const { outcome, steps } = pay({
      card: { actionCodes: NO_ISSUER_CODES, offlineLimits },
      config: { terminalType: '21' },
      issuer: unreachable,
    });
    expect(outcome).toMatchObject({ kind: 'declined', detail: 'the terminal is online only' });
    expect(stepsOf(steps, 'action-decided')).toMatchObject([
      { decision: 'ARQC', codes: 'none', why: 'online because the terminal is online only' },
    ]);
  });

  test('an approval below the floor limit needs no issuer at all', () => {
    const { outcome, sent, commands } = pay({
      card: { actionCodes: NO_ISSUER_CODES, offlineLimits: { lower: 3, upper: 5 } },
      state: { atc: 4, lastOnlineAtc: 4 },
      config: { applications: [sampleApplication({ floorLimit: 200_000n })] },
    });
    expect(outcome).toMatchObject({ kind: 'approved', by: 'offline', receipt: { cryptogramType: 'TC' } });
    expect(outcome.chipData?.de55.length).toBeGreaterThan(100);
    expect(sent).toBeNull();
    expect(commands.filter((command) => command.startsWith('GENERATE'))).toEqual(['GENERATE AC for TC']);
  });
});

function lastCommand(requests: readonly KernelRequest[]): string {
  const last = requests.findLast((request) => request.kind === 'transmit');
  return last?.kind === 'transmit' ? toHex(last.command) : '';
}
