import { concatBytes, encodeTlv, fromHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { createCard } from '../card/create-card.ts';
import { personalise } from '../card/personalise.ts';
import { deriveUdk } from '../crypto/card-keys.ts';
import { makeIssuerAuthenticationData } from '../cryptogram/issuer-authentication.ts';
import { describeBits, TSI_BITS, TVR_BITS } from '../data/bit-meanings.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { type IssuerCommand, makeIssuerScript } from '../issuer/issuer-script.ts';
import { verifyOnlineCryptogram } from '../issuer/verify-online-cryptogram.ts';
import { pay } from '../testing/pay.ts';
import { MASTERCARD_PAN, SAMPLE_IMK, sampleCardData, VISA_PAN } from '../testing/sample.ts';
import type { ChipData, KernelReply } from './kernel-types.ts';

const IMK_SMI = fromHex('11223344556677889900AABBCCDDEEFF');
const IMK_SMC = fromHex('0F1E2D3C4B5A69788796A5B4C3D2E1F0');
const IDENTIFIER = fromHex('0000BEEF');

type Scheme = 'visa' | 'mastercard';

function cardKeys(scheme: Scheme) {
  const pan = scheme === 'visa' ? VISA_PAN : MASTERCARD_PAN;
  return { integrity: deriveUdk(IMK_SMI, pan, '01'), confidentiality: deriveUdk(IMK_SMC, pan, '01') };
}

/** An issuer that approves and sends scripts. */
function issuerWith(
  scheme: Scheme,
  template: '71' | '72',
  commands: readonly IssuerCommand[],
  spoil: (script: Uint8Array) => Uint8Array = (script) => script,
) {
  return (request: ChipData): KernelReply => {
    const tags = tlvMap(request.de55);
    const psn = request.psn ?? '00';
    const checked = verifyOnlineCryptogram({ imkAc: SAMPLE_IMK, pan: request.pan, psn, tags });
    if (!checked.ok) throw new Error(`the cryptogram is ${checked.reason}`);
    const { profile, arpcKey, arqc } = checked;
    const keys = cardKeys(scheme);
    const input = {
      profile,
      arqc,
      atc: tags.get('9F36')!,
      udkAc: deriveUdk(SAMPLE_IMK, request.pan, psn),
      udkSmi: keys.integrity,
      udkSmc: keys.confidentiality,
    };
    const data91 = makeIssuerAuthenticationData(profile, arpcKey, arqc, { approved: true });
    const script = spoil(makeIssuerScript(input, template, IDENTIFIER, commands));
    return {
      kind: 'online-response',
      responseCode: '00',
      issuerData: concatBytes(encodeTlv('91', data91), script),
    };
  };
}

function payWithScript(
  commands: readonly IssuerCommand[],
  options: {
    scheme?: Scheme;
    template?: '71' | '72';
    spoil?: (script: Uint8Array) => Uint8Array;
    state?: { pinTriesLeft?: number; applicationBlocked?: boolean };
  } = {},
) {
  const { scheme = 'visa', template = '72', spoil, state = {} } = options;
  const payment = pay({
    card: { scheme, cvmList: 'no-cvm', pin: '1234', scriptKeys: cardKeys(scheme) },
    state,
    issuer: issuerWith(scheme, template, commands, spoil),
  });
  const { tvr, tsi, scriptResults } = payment.outcome.receipt;
  return {
    ...payment,
    scriptResults,
    failures: describeBits(TVR_BITS, fromHex(tvr)).filter((bit) => bit.startsWith('Script')),
    performed: describeBits(TSI_BITS, fromHex(tsi)).includes('Script processing was performed'),
    sentCommands: payment.steps.flatMap((step) =>
      step.step === 'script-command-sent' ? [`${step.template} ${step.status.slice(0, 4)}`] : [],
    ),
  };
}

describe('issuer scripts, EMV Book 3 10.10', () => {
  test.each(['visa', 'mastercard'] as const)('a new PIN for a card of %s, and its tries back', (scheme) => {
    const { card, scriptResults, failures, performed, outcome } = payWithScript(
      [{ kind: 'pin-change', newPin: '86420' }],
      { scheme, state: { pinTriesLeft: 0 } },
    );
    expect(outcome.kind).toBe('approved');
    expect(card.state).toMatchObject({ changedPin: '86420', pinTriesLeft: 3 });
    expect({ scriptResults, failures, performed }).toEqual({
      scriptResults: '200000BEEF',
      failures: [],
      performed: true,
    });
    const profile = personalise(sampleCardData({ scheme, pin: '1234' }));
    const next = createCard(profile, card.state);
    const aid = scheme === 'visa' ? 'A0000000031010' : 'A0000000041010';
    next.transmit(fromHex(`00A4040007${aid}00`));
    next.transmit(fromHex('80A8000002830000'));
    expect([...next.transmit(fromHex('0020008008241234FFFFFFFFFF'))]).toEqual([0x63, 0xc2]);
    expect([...next.transmit(fromHex('002000800825 86420FFFFFFFFF'.replace(' ', '')))]).toEqual([0x90, 0x00]);
  });

  test('PIN unblock gives the tries back and keeps the PIN', () => {
    const { card } = payWithScript([{ kind: 'pin-unblock' }], { state: { pinTriesLeft: 0 } });
    expect(card.state).toMatchObject({ changedPin: null, pinTriesLeft: 3 });
  });

  test('application block: the next payment finds no application', () => {
    const { card, outcome } = payWithScript([{ kind: 'application-block' }]);
    expect(outcome.kind).toBe('approved');
    expect(pay({ state: card.state }).outcome).toMatchObject({
      kind: 'terminated',
      reason: 'no-application',
    });
  });

  test('application block before the last cryptogram: an AAC, and the approval is undone', () => {
    const { outcome, sentCommands } = payWithScript([{ kind: 'application-block' }], { template: '71' });
    expect(sentCommands).toEqual(['71 9000']);
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'card-after-approval', reversalNeeded: true });
  });

  test('card block: the next SELECT answers 6A81', () => {
    const { card } = payWithScript([{ kind: 'card-block' }]);
    expect(pay({ state: card.state }).outcome).toMatchObject({ kind: 'terminated', reason: 'card-blocked' });
  });

  test('PUT DATA of both limits', () => {
    const { card } = payWithScript([
      { kind: 'put-data', tag: '9F58', value: Uint8Array.of(5) },
      { kind: 'put-data', tag: '9F59', value: Uint8Array.of(7) },
    ]);
    expect(card.state.changedLimits).toEqual({ lower: 5, upper: 7 });
  });

  test('the second command is refused: the third is not sent, the result names the second', () => {
    const { scriptResults, failures, sentCommands, card } = payWithScript([
      { kind: 'put-data', tag: '9F58', value: Uint8Array.of(5) },
      { kind: 'put-data', tag: '9F01', value: Uint8Array.of(5) },
      { kind: 'card-block' },
    ]);
    expect(sentCommands).toEqual(['72 9000', '72 6A88']);
    expect(scriptResults).toBe('120000BEEF');
    expect(failures).toEqual(['Script processing failed after final GENERATE AC']);
    expect(card.state.cardBlocked).toBe(false);
  });

  test('a wrong MAC changes nothing', () => {
    const spoil = (script: Uint8Array) =>
      script.map((byte, index) => (index === script.length - 1 ? byte ^ 1 : byte));
    const { sentCommands, failures, card, scriptResults } = payWithScript([{ kind: 'card-block' }], {
      template: '71',
      spoil,
    });
    expect(sentCommands).toEqual(['71 6988']);
    expect(scriptResults).toBe('110000BEEF');
    expect(failures).toEqual(['Script processing failed before final GENERATE AC']);
    expect(card.state.cardBlocked).toBe(false);
  });

  test('a script that cannot be read fails without a command', () => {
    const { sentCommands, scriptResults, failures } = payWithScript([], {
      spoil: () => encodeTlv('72', fromHex('860184')),
    });
    expect(sentCommands).toEqual([]);
    expect(scriptResults).toBe('1000000000');
    expect(failures).toEqual(['Script processing failed after final GENERATE AC']);
  });

  test('a card pulled out at its last script: the approval stands', () => {
    const payment = pay({
      card: { cvmList: 'no-cvm', scriptKeys: cardKeys('visa') },
      issuer: issuerWith('visa', '72', [{ kind: 'card-block' }]),
      intercept: (request) =>
        request.kind === 'transmit' && request.command[0] === 0x84 ? { kind: 'removed' } : undefined,
    });
    expect(payment.outcome).toMatchObject({ kind: 'approved', by: 'issuer', reversalNeeded: false });
    expect(describeBits(TVR_BITS, fromHex(payment.outcome.receipt.tvr))).toContain(
      'Script processing failed after final GENERATE AC',
    );
  });

  test('a card pulled out at a script before its last cryptogram: reversed', () => {
    const payment = pay({
      card: { cvmList: 'no-cvm', scriptKeys: cardKeys('visa') },
      issuer: issuerWith('visa', '71', [{ kind: 'card-block' }]),
      intercept: (request) =>
        request.kind === 'transmit' && request.command[0] === 0x84 ? { kind: 'removed' } : undefined,
    });
    expect(payment.outcome).toMatchObject({
      kind: 'terminated',
      reason: 'card-removed',
      reversalNeeded: true,
    });
  });

  test('without scripts there are no results', () => {
    expect(pay().outcome.receipt.scriptResults).toBeNull();
  });

  test('script commands outside an online transaction are refused', () => {
    const card = createCard(personalise(sampleCardData({ scriptKeys: cardKeys('visa') })), {});
    card.transmit(fromHex('00A4040007A000000003101000'));
    expect([...card.transmit(fromHex('8416000008000000000000000000'))]).toEqual([0x69, 0x85]);
    const without = createCard(personalise(sampleCardData()), {});
    expect([...without.transmit(fromHex('84160000080000000000000000'))]).toEqual([0x6e, 0x00]);
  });
});
