import { concatBytes, findTlvDeep, fromHex, fromLatin1, toHex, toLatin1 } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arpcMethod2, generateArqc } from '../crypto/application-cryptogram.ts';
import { sessionKeyCommon } from '../crypto/card-keys.ts';
import { describeCvr } from '../cryptogram/card-verification-results.ts';
import { parseResponse, readRecordCommand } from '../data/apdu.ts';
import { MASTERCARD_PAN, sampleCardData, VISA_PAN } from '../testing/sample.ts';
import { type CardData, type CardState, NEW_CARD_STATE } from './card-data.ts';
import { type Card, createCard } from './create-card.ts';
import { personalise } from './personalise.ts';

const SELECT_PSE = '00A404000E315041592E5359532E444446303100';
const SELECT_VISA = '00A4040007A000000003101000';
const GPO = '80A80000' + '02830000';
// Values of CDOL1 of the Visa card: amount 1 500,00, country, TVR, currency, date, type, unpredictable number.
const CDOL1_VALUES =
  '000000150000' + '000000000000' + '0398' + '8000048000' + '0398' + '260115' + '00' + '0BADCAFE';

function send(card: Card, hex: string): string {
  return toHex(card.transmit(fromHex(hex)));
}

function initiated(data: Partial<CardData> = {}, state: Partial<CardState> = {}): Card {
  const card = createCard(personalise(sampleCardData(data)), { ...NEW_CARD_STATE, ...state });
  expect(send(card, SELECT_VISA)).toMatch(/9000$/);
  expect(send(card, GPO)).toMatch(/9000$/);
  return card;
}

function generateAc(type: 'AAC' | 'TC' | 'ARQC', data: string): string {
  const p1 = { AAC: '00', TC: '40', ARQC: '80' }[type];
  return `80AE${p1}00${toHex(Uint8Array.of(data.length / 2))}${data}00`;
}

/** Values of CDOL2 of the Visa card. */
function cdol2(data91: string, responseCode: string): string {
  return data91 + toHex(fromLatin1(responseCode)) + CDOL1_VALUES;
}

/** A Visa answer in format 1: CID, ATC, cryptogram, issuer application data. */
function parts(response: string): {
  cid: string;
  atc: string;
  cryptogram: string;
  iad: string;
  cvr: string[];
} {
  expect(response).toMatch(/^8012.*9000$/);
  const iad = response.slice(26, 40);
  return {
    cid: response.slice(4, 6),
    atc: response.slice(6, 10),
    cryptogram: response.slice(10, 26),
    iad,
    cvr: describeCvr('visa', fromHex(iad.slice(6))),
  };
}

/** Tag 91 of a Visa issuer. */
function issuerData(sessionKey: Uint8Array, arqc: string, csu = '00800000'): string {
  return toHex(arpcMethod2(sessionKey, fromHex(arqc), fromHex(csu))) + csu;
}

function sessionKeyOf(card: Card): Uint8Array {
  return sessionKeyCommon(sampleCardData().udk, Uint8Array.of(card.state.atc >> 8, card.state.atc & 255));
}

describe('selection', () => {
  test('the environment names its directory file and languages', () => {
    const card = createCard(personalise(sampleCardData()), NEW_CARD_STATE);
    const fci = parseResponse(fromHex(send(card, SELECT_PSE)));
    expect(fci.status).toBe(0x9000);
    expect(toLatin1(findTlvDeep(fci.data, '84')!)).toBe('1PAY.SYS.DDF01');
    expect(toHex(findTlvDeep(fci.data, '88')!)).toBe('01');
    expect(toLatin1(findTlvDeep(fci.data, '5F2D')!)).toBe('kkru');
    const record = parseResponse(fromHex(send(card, '00B2010C00')));
    expect(toHex(findTlvDeep(record.data, '4F')!)).toBe('A0000000031010');
    expect(send(card, '00B2020C00')).toBe('6A83');
  });

  test('an application is found by the beginning of its name too, and there is no other', () => {
    const card = createCard(personalise(sampleCardData({ preferredName: 'Kassa Visa' })), NEW_CARD_STATE);
    const fci = parseResponse(fromHex(send(card, '00A4040005A00000000300')));
    expect(toHex(findTlvDeep(fci.data, '84')!)).toBe('A0000000031010');
    expect(toLatin1(findTlvDeep(fci.data, '50')!)).toBe('VISA DEBIT');
    expect(toLatin1(findTlvDeep(fci.data, '9F12')!)).toBe('Kassa Visa');
    expect(send(card, '00A4040205A00000000300')).toBe('6A82');
    expect(send(card, '00A4040007A000000004101000')).toBe('6A82');
  });

  test('a blocked application says 6283 and starts nothing', () => {
    const card = createCard(personalise(sampleCardData()), { ...NEW_CARD_STATE, applicationBlocked: true });
    expect(send(card, SELECT_VISA)).toBe('6283');
    expect(send(card, GPO)).toBe('6985');
    expect(card.state.atc).toBe(0);
  });
});

describe('application data', () => {
  test('stands in the records the file locator names', () => {
    const pan = VISA_PAN;
    const card = initiated({ track2Discretionary: '11234567' });
    const objects = new Map<string, string>();
    for (const [sfi, record] of [
      [1, 1],
      [2, 1],
      [2, 2],
      [3, 1],
    ] as const) {
      const { data, status } = parseResponse(card.transmit(readRecordCommand(sfi, record)));
      expect(status).toBe(0x9000);
      for (const tag of '57 5F20 5A 5F24 5F25 5F28 5F34 9F07 8C 8D 8E 9F0D 9F0E 9F0F 9F08 9F42 5F30'.split(
        ' ',
      )) {
        const value = findTlvDeep(data, tag);
        if (value) objects.set(tag, toHex(value));
      }
    }
    expect(Object.fromEntries(objects)).toEqual({
      '57': `${pan}D300220111234567`,
      '5F20': toHex(fromLatin1('AKHMETOVA/AIGERIM')),
      '5A': pan,
      '5F24': '300228',
      '5F25': '250101',
      '5F28': '0398',
      '5F34': '01',
      '9F07': 'FFC0',
      '8C': '9F02069F03069F1A0295055F2A029A039C019F3704',
      '8D': '91088A029F02069F03069F1A0295055F2A029A039C019F3704',
      '8E': '000000000000000002031F03',
      '9F0D': 'FC50ACA000',
      '9F0E': '0010000000',
      '9F0F': 'FC78FCF800',
      '9F08': '0096',
      '9F42': '0398',
      '5F30': '0201',
    });
  });

  test('processing options are in format 2', () => {
    const card = createCard(personalise(sampleCardData()), NEW_CARD_STATE);
    send(card, SELECT_VISA);
    expect(send(card, GPO)).toBe(
      '7712' + '82021800' + '940C' + '08010100' + '10010200' + '18010100' + '9000',
    );
  });

  test('counters are given by GET DATA', () => {
    const card = initiated({}, { atc: 255, lastOnlineAtc: 254, pinTriesLeft: 2 });
    expect(send(card, '80CA9F3600')).toBe('9F360201009000');
    expect(send(card, '80CA9F1300')).toBe('9F130200FE9000');
    expect(send(card, '80CA9F1700')).toBe('9F1701029000');
    expect(send(card, '80CA9F4F00')).toBe('6A88');
  });
});

describe('what a card refuses', () => {
  const fresh = (): Card => createCard(personalise(sampleCardData()), NEW_CARD_STATE);
  const selected = (): Card => {
    const card = fresh();
    send(card, SELECT_VISA);
    return card;
  };
  test.each([
    ['an unknown class', fresh, `9${GPO.slice(1)}`, '6E00'],
    ['a known instruction of another class', fresh, `00${GPO.slice(2)}`, '6E00'],
    ['an unknown instruction', fresh, '00200080082412' + '34FFFFFFFFFF', '6D00'],
    ['EXTERNAL AUTHENTICATE where its profile has none', fresh, '00820000080102030405060708', '6D00'],
    ['bytes that are no command', fresh, '00A404', '6700'],
    ['SELECT by another way', fresh, '00A4000007A000000003101000', '6A86'],
    ['SELECT by a short name', fresh, '00A4040004A000000000', '6700'],
    ['READ RECORD before anything', fresh, '00B2010C00', '6985'],
    ['READ RECORD before the transaction is initiated', selected, '00B2010C00', '6985'],
    ['READ RECORD by another way', initiated, '00B2010D00', '6A86'],
    ['a file it has not', initiated, '00B2012400', '6A82'],
    ['a record it has not', initiated, '00B2031400', '6A83'],
    ['GET PROCESSING OPTIONS before SELECT', fresh, GPO, '6985'],
    ['GET PROCESSING OPTIONS twice', initiated, GPO, '6985'],
    ['GET PROCESSING OPTIONS with data it did not ask for', selected, '80A8000003830101' + '00', '6700'],
    ['GET PROCESSING OPTIONS in another template', selected, '80A8000002840000', '6A80'],
    ['GET PROCESSING OPTIONS with parameters', selected, '80A8010002830000', '6A86'],
    ['GET DATA before SELECT', fresh, '80CA9F3600', '6985'],
    ['GENERATE AC before the transaction is initiated', selected, generateAc('ARQC', CDOL1_VALUES), '6985'],
    ['GENERATE AC with too little data', initiated, generateAc('ARQC', CDOL1_VALUES.slice(2)), '6700'],
    ['GENERATE AC of the reserved type', initiated, `80AEC0001D${CDOL1_VALUES}00`, '6A86'],
    ['GENERATE AC with a signature', initiated, `80AE90001D${CDOL1_VALUES}00`, '6A86'],
  ])('%s', (_, card, command, status) => {
    expect(send(card(), command)).toBe(status);
  });

  test('a transaction when its counter is used up', () => {
    const card = createCard(personalise(sampleCardData()), { ...NEW_CARD_STATE, atc: 65_535 });
    send(card, SELECT_VISA);
    expect(send(card, GPO)).toBe('6985');
    expect(card.state.atc).toBe(65_535);
  });

  test('nothing by throwing, whatever the bytes, and its counter never goes back', () => {
    const header = fc.constantFrom(
      '00A40400',
      '80A80000',
      '80AE8000',
      '80AE4000',
      '00B20114',
      '00820000',
      '80CA9F36',
    );
    const bytes = fc
      .tuple(header, fc.uint8Array({ maxLength: 50 }))
      .map(([start, rest]) => concatBytes(fromHex(start), rest));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(bytes, fc.constantFrom(fromHex(SELECT_VISA), fromHex(GPO)))),
        (commands) => {
          const card = createCard(
            personalise(sampleCardData({ externalAuthenticate: true })),
            NEW_CARD_STATE,
          );
          for (const command of commands) {
            const before = card.state.atc;
            expect(parseResponse(card.transmit(command)).status).toBeGreaterThanOrEqual(0x6000);
            expect(card.state.atc).toBeGreaterThanOrEqual(before);
          }
        },
      ),
    );
  });
});

describe('Visa cryptogram version 18', () => {
  test('the ARQC covers amounts, country, TVR, currency, date, type, number, AIP, counter and issuer data', () => {
    const card = initiated();
    const first = parts(send(card, generateAc('ARQC', CDOL1_VALUES)));
    expect(first).toMatchObject({ cid: '80', atc: '0001', iad: '06011203A03000' });
    expect(first.cvr).toEqual([
      'Second GENERATE AC: not requested',
      'First GENERATE AC: ARQC',
      'Exceeded velocity checking counters',
      'New card',
    ]);
    const covered = fromHex(`${CDOL1_VALUES}1800${first.atc}${first.iad}`);
    expect(first.cryptogram).toBe(toHex(generateArqc(sessionKeyOf(card), covered)));
  });

  test('a right ARPC lets it approve and resets its counters', () => {
    const card = initiated();
    const { cryptogram } = parts(send(card, generateAc('ARQC', CDOL1_VALUES)));
    expect(card.state).toMatchObject({ atc: 1, lastOnlineAtc: 0, onlineNotCompleted: true });
    const data91 = issuerData(sessionKeyOf(card), cryptogram);
    const second = parts(send(card, generateAc('TC', cdol2(data91, '00'))));
    expect(second.cid).toBe('40');
    expect(second.cvr).toEqual([
      'Second GENERATE AC: TC',
      'First GENERATE AC: ARQC',
      'Exceeded velocity checking counters',
      'New card',
    ]);
    expect(second.cryptogram).toBe(
      toHex(generateArqc(sessionKeyOf(card), fromHex(`${CDOL1_VALUES}1800${second.atc}${second.iad}`))),
    );
    expect(card.state).toMatchObject({ atc: 1, lastOnlineAtc: 1, onlineNotCompleted: false });
    expect(send(card, generateAc('TC', cdol2(data91, '00')))).toBe('6985');
  });

  test('any wrong bit of the ARPC makes it decline and say so', () => {
    for (let bit = 0; bit < 64; bit++) {
      const card = initiated();
      const { cryptogram } = parts(send(card, generateAc('ARQC', CDOL1_VALUES)));
      const data91 = fromHex(issuerData(sessionKeyOf(card), cryptogram));
      data91[bit >> 3]! ^= 1 << (bit & 7);
      const second = parts(send(card, generateAc('TC', cdol2(toHex(data91), '00'))));
      expect(second.cid).toBe('00');
      expect(second.cvr).toContain('Issuer authentication performed and failed');
      expect(card.state).toMatchObject({ lastOnlineAtc: 0, issuerAuthenticationFailed: true });
    }
  });

  test('the failure is told again in the next transaction, until an issuer proves itself', () => {
    const card = initiated({}, { issuerAuthenticationFailed: true, atc: 4 });
    const first = parts(send(card, generateAc('ARQC', CDOL1_VALUES)));
    expect(first.cvr).toContain('Issuer authentication failure on last online transaction');
    send(card, generateAc('TC', cdol2(issuerData(sessionKeyOf(card), first.cryptogram), '00')));
    expect(card.state.issuerAuthenticationFailed).toBe(false);
  });

  test('no ARPC at all makes it decline', () => {
    const card = initiated();
    send(card, generateAc('ARQC', CDOL1_VALUES));
    const second = parts(send(card, generateAc('TC', cdol2('0000000000000000', '00'))));
    expect(second.cid).toBe('00');
    expect(second.cvr).toContain('Issuer authentication not performed after online authorisation');
  });

  test.each(['00000000', 'FF7FFFFF'])(
    'a proven issuer that does not approve (%s) is obeyed over the terminal',
    (csu) => {
      const card = initiated();
      const { cryptogram } = parts(send(card, generateAc('ARQC', CDOL1_VALUES)));
      const data91 = issuerData(sessionKeyOf(card), cryptogram, csu);
      expect(parts(send(card, generateAc('TC', cdol2(data91, '05')))).cid).toBe('00');
      expect(card.state).toMatchObject({ lastOnlineAtc: 1, issuerAuthenticationFailed: false });
    },
  );

  test('a transaction torn after the ARQC is told in the next one', () => {
    const card = initiated();
    send(card, generateAc('ARQC', CDOL1_VALUES));
    card.reset();
    send(card, SELECT_VISA);
    send(card, GPO);
    const { cvr, atc } = parts(send(card, generateAc('ARQC', CDOL1_VALUES)));
    expect(atc).toBe('0002');
    expect(cvr).toContain('Last online transaction not completed');
  });
});

describe('offline', () => {
  const offlineLimits = { lower: 2, upper: 4 };

  test.each([
    ['without limits an approval goes online', undefined, 0, 'TC', '80'],
    ['within the lower limit an approval is granted', offlineLimits, 1, 'TC', '40'],
    ['above the lower limit it goes online', offlineLimits, 2, 'TC', '80'],
    ['a decline is always granted', offlineLimits, 9, 'AAC', '00'],
  ] as const)('%s', (_, limits, atc, requested, cid) => {
    const card = initiated(limits ? { offlineLimits: limits } : {}, { atc });
    expect(parts(send(card, generateAc(requested, CDOL1_VALUES))).cid).toBe(cid);
    if (cid !== '80') expect(send(card, generateAc('TC', CDOL1_VALUES))).toBe('6985');
  });

  test.each([
    ['up to the upper limit the card lets it pass', 3, 'Y3', 'TC', '40'],
    ['above the upper limit it does not', 4, 'Y3', 'TC', '00'],
    ['when the terminal declines it does too', 3, 'Z3', 'AAC', '00'],
  ] as const)('unable to go online: %s', (_, atc, responseCode, requested, cid) => {
    const card = initiated({ offlineLimits }, { atc });
    send(card, generateAc('ARQC', CDOL1_VALUES));
    const second = parts(send(card, generateAc(requested, cdol2('0000000000000000', responseCode))));
    expect(second.cid).toBe(cid);
    expect(second.cvr).toContain('Unable to go online');
    expect(card.state).toMatchObject({ lastOnlineAtc: 0, onlineNotCompleted: false });
  });
});

describe('EXTERNAL AUTHENTICATE', () => {
  const second = toHex(fromLatin1('00')) + CDOL1_VALUES;

  test('proves the issuer once, before the second GENERATE AC', () => {
    const card = initiated({ externalAuthenticate: true });
    expect(send(card, '00820000080102030405060708')).toBe('6985');
    const { cryptogram } = parts(send(card, generateAc('ARQC', CDOL1_VALUES)));
    const data91 = issuerData(sessionKeyOf(card), cryptogram);
    expect(send(card, `0082000008${data91}`)).toBe('9000');
    expect(send(card, `0082000008${data91}`)).toBe('6985');
    expect(parts(send(card, generateAc('TC', second))).cid).toBe('40');
  });

  test('answers 6300 to a wrong ARPC, and the card declines', () => {
    const card = initiated({ externalAuthenticate: true });
    send(card, generateAc('ARQC', CDOL1_VALUES));
    expect(send(card, '00820000080102030400800000')).toBe('6300');
    expect(send(card, '0082000004' + '01020304')).toBe('6700');
    const { cid, cvr } = parts(send(card, generateAc('TC', second)));
    expect(cid).toBe('00');
    expect(cvr).toContain('Issuer authentication performed and failed');
  });
});

test('the Mastercard card answers in format 2 with 18 bytes of issuer data', () => {
  const card = createCard(personalise(sampleCardData({ scheme: 'mastercard' })), NEW_CARD_STATE);
  send(card, '00A4040007A000000004101000');
  send(card, GPO);
  const data = `${CDOL1_VALUES}22${'0000'}${'0000000000000000'}020300`;
  const { data: body, status } = parseResponse(fromHex(send(card, generateAc('ARQC', data))));
  expect(status).toBe(0x9000);
  const iad = toHex(findTlvDeep(body, '9F10')!);
  expect(iad).toBe(`0114${'A00003' + '22C000'}${'00'.repeat(10)}`);
  expect(describeCvr('mastercard', fromHex(iad.slice(4, 16)))).toEqual([
    'Second GENERATE AC: not requested',
    'First GENERATE AC: ARQC',
    'Offline PIN verification not performed',
    'Domestic transaction',
    'Lower consecutive offline limit exceeded',
    'Upper consecutive offline limit exceeded',
  ]);
  // Version 20 covers the CVR alone of the issuer data.
  const covered = fromHex(`${CDOL1_VALUES}18000001${iad.slice(4, 16)}`);
  const key = sessionKeyCommon(
    sampleCardData({ scheme: 'mastercard', pan: MASTERCARD_PAN }).udk,
    fromHex('0001'),
  );
  expect(toHex(findTlvDeep(body, '9F26')!)).toBe(toHex(generateArqc(key, covered)));
});
