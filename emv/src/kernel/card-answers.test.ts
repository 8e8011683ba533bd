import { concatBytes, encodeTlv, fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { sampleApplication, sampleTerminal, sampleTransaction, VISA_PAN } from '../testing/sample.ts';
import { fci, GPO, play, type Script, SELECT_VISA, SELECTED, tlv, VISA } from '../testing/scripted-card.ts';
import { runContactTransaction } from './run-contact-transaction.ts';

test('the PDOL is answered from the terminal, an unknown object with zeros', () => {
  play({
    script: [
      ...SELECTED.slice(0, 3),
      [SELECT_VISA, fci(VISA, tlv('9F38', '9F3704' + '9F1A02' + 'DF0102' + '9F3501'))],
      ['80A800000B' + '8309' + '0BADCAFE' + '0398' + '0000' + '22' + '00', '6F00'],
    ],
  });
});

const CDOL = '9F02069F3704';
const CDOL_VALUES = '0000001500000BADCAFE';

/** One record with all a card needs; `changes` replaces objects, an empty value leaves one out. */
function record(changes: Readonly<Record<string, string>> = {}): string {
  const objects: Record<string, string> = {
    '5A': VISA_PAN,
    '5F24': '301231',
    '8C': CDOL,
    '8D': '8A02',
    ...changes,
  };
  const body = Object.entries(objects).filter(([, value]) => value !== '');
  return `${toHex(encodeTlv('70', concatBytes(...body.map(([tag, value]) => encodeTlv(tag, fromHex(value))))))}9000`;
}

function readOut(options: string, ...responses: string[]): Script {
  return [
    ...SELECTED,
    [GPO, options],
    ...responses.map((response, index) => [`00B2${toHex(Uint8Array.of(index + 1))}0C00`, response] as const),
  ];
}

const FORMAT_1 = (aip: string, afl: string): string => `${tlv('80', aip, afl)}9000`;
const ONE_RECORD = FORMAT_1('1800', '08010100');

describe('initiation and application data, EMV Book 3 10.1 and 10.2', () => {
  test.each([
    ['neither format', '82021800' + '9000', 'bad-card-data', 'processing options are in template 82'],
    ['two objects', '8000' + '8000' + '9000', 'bad-card-data', 'processing options are not one template'],
    [
      'no file locator',
      `${tlv('77', tlv('82', '1800'))}9000`,
      'mandatory-data-missing',
      'AIP (82) or AFL (94) is missing',
    ],
    ['a locator cut short', FORMAT_1('1800', '080101'), 'bad-card-data', 'AFL of 3 bytes'],
    ['a file 0', FORMAT_1('1800', '00010100'), 'bad-card-data', 'AFL entry 1 is not valid'],
    ['a record 0', FORMAT_1('1800', '08000100'), 'bad-card-data', 'AFL entry 1 is not valid'],
    ['records backwards', FORMAT_1('1800', '08020100'), 'bad-card-data', 'AFL entry 1 is not valid'],
    [
      'more authenticated records than records',
      FORMAT_1('1800', '08010102'),
      'bad-card-data',
      'AFL entry 1 is not valid',
    ],
    [
      'too many records',
      FORMAT_1('1800', '0801FE00'),
      'bad-card-data',
      'AFL names 254 records, at most 128 are read',
    ],
    ['broken encoding', '8085' + '9000', 'bad-card-data', 'bad-tlv at gpo.80'],
  ])('processing options with %s end it', (_, options, reason, detail) => {
    expect(play({ script: readOut(options) }).outcome).toMatchObject({ kind: 'terminated', reason, detail });
  });

  test.each([
    ['is not there', '6A83', 'card-error', 'READ RECORD SFI 1 record 1 answered 6A83 record not found'],
    ['has no template', '5A009000', 'bad-card-data', 'record-1.1 is not one template 70'],
    [
      'has no number',
      record({ '5A': '' }),
      'mandatory-data-missing',
      '5A Application Primary Account Number (PAN) is missing',
    ],
    [
      'has no expiry',
      record({ '5F24': '' }),
      'mandatory-data-missing',
      '5F24 Application Expiration Date is missing',
    ],
    [
      'has no CDOL1',
      record({ '8C': '' }),
      'mandatory-data-missing',
      '8C Card Risk Management Data Object List 1 (CDOL1) is missing',
    ],
    [
      'has no CDOL2',
      record({ '8D': '' }),
      'mandatory-data-missing',
      '8D Card Risk Management Data Object List 2 (CDOL2) is missing',
    ],
    [
      'has an expiry that is no date',
      record({ '5F24': '301301' }),
      'bad-card-data',
      'tag 5F24 is not a date',
    ],
    [
      'has a number that is none',
      record({ '5A': '4000009876543211' }),
      'bad-card-data',
      'tag 5A is not a card number',
    ],
    ['has a number with letters', record({ '5F34': '5B' }), 'bad-card-data', 'tag 5F34 is not of format n'],
    ['has a track without separator', record({ '57': '4000' }), 'bad-card-data', 'tag 57 is not of format b'],
    ['has a value of a wrong length', record({ '5F34': '0001' }), 'bad-card-data', 'tag 5F34 of 2 bytes'],
  ])('a record that %s ends it', (_, response, reason, detail) => {
    const { outcome } = play({ script: readOut(ONE_RECORD, response) });
    expect(outcome).toMatchObject({ kind: 'terminated', reason, detail });
    expect(JSON.stringify(outcome)).not.toContain('987654321');
  });

  test('an object that comes twice ends it', () => {
    const { outcome } = play({
      script: readOut(FORMAT_1('1800', '08010200'), record(), `${tlv('70', tlv('5F24', '301231'))}9000`),
    });
    expect(outcome).toMatchObject({ reason: 'bad-card-data', detail: 'tag 5F24 comes twice' });
  });
});

describe('the first GENERATE AC, EMV Book 3 9.3', () => {
  const generate = (p1: string): string => `80AE${p1}000A${CDOL_VALUES}00`;
  const allCodes = fromHex('FFFFFFFFFF');
  const deny = sampleApplication({
    actionCodes: { denial: allCodes, online: allCodes, default: allCodes },
  });
  // No action code of the issuer: it denies nothing and sends everything online.
  const online = readOut(ONE_RECORD, record());

  test.each([
    ['its data in format 1', `${tlv('80', '00', '0007', '1122334455667788')}9000`],
    [
      'its data in format 2',
      `${tlv('77', tlv('9F27', '00'), tlv('9F36', '0007'), tlv('9F26', '1122334455667788'))}9000`,
    ],
  ])('a card that declines is obeyed, %s', (_, response) => {
    const { outcome } = play({ script: [...online, [generate('80'), response]] });
    expect(outcome).toMatchObject({
      kind: 'declined',
      reason: 'card',
      detail: 'the card answered AAC',
      reversalNeeded: false,
      receipt: { cryptogramType: 'AAC', cryptogram: '1122334455667788', atc: 7 },
    });
  });

  test('the reason a card gives is told', () => {
    const response = `${tlv('80', '01', '0007', '1122334455667788')}9000`;
    expect(play({ script: [...online, [generate('80'), response]] }).outcome).toMatchObject({
      kind: 'declined',
      detail: 'service not allowed',
    });
  });

  test('the terminal declines with an AAC of the card', () => {
    const { outcome, steps } = play({
      config: { applications: [deny] },
      script: [...online, [generate('00'), `${tlv('80', '00', '0007', '1122334455667788')}9000`]],
    });
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'terminal' });
    expect(steps.find(({ step }) => step === 'action-decided')).toMatchObject({
      decision: 'AAC',
      codes: 'denial',
      why:
        "declined because TVR byte 1 bit 8 'Offline data authentication was not performed' is in TAC denial; " +
        "TVR byte 1 bit 6 'ICC data missing' is in TAC denial; " +
        "TVR byte 4 bit 8 'Transaction exceeds floor limit' is in TAC denial",
    });
  });

  test.each([
    ['more than was asked', '40', 'bad-card-data', 'TC answers a request for ARQC'],
    ['a reserved type', 'C0', 'bad-card-data', 'a reserved type answers a request for ARQC'],
  ])('a card that answers %s ends it', (_, cid, reason, detail) => {
    const response = `${tlv('80', cid, '0007', '1122334455667788')}9000`;
    const { outcome } = play({ script: [...online, [generate('80'), response]] });
    expect(outcome).toMatchObject({ kind: 'terminated', reason, detail, reversalNeeded: false });
  });

  test.each([
    ['an error', '6985', 'card-error', 'first GENERATE AC answered 6985 conditions of use not satisfied'],
    ['another template', '70009000', 'bad-card-data', 'the answer of GENERATE AC is template 70 of 0 bytes'],
    [
      'too little',
      `${tlv('80', '800001')}9000`,
      'bad-card-data',
      'the answer of GENERATE AC is template 80 of 3 bytes',
    ],
    [
      'no cryptogram',
      `${tlv('77', tlv('9F27', '80'), tlv('9F36', '0001'))}9000`,
      'mandatory-data-missing',
      'first GENERATE AC gave no 9F27, 9F36 or 9F26',
    ],
    ['no status', '90', 'bad-card-data', 'truncated at response'],
  ])('a card that answers %s ends it', (_, response, reason, detail) => {
    const { outcome } = play({ script: [...online, [generate('80'), response]] });
    expect(outcome).toMatchObject({ kind: 'terminated', reason, detail });
  });

  test('a card cannot speak for the terminal', () => {
    // The record claims another amount and unpredictable number; CDOL1 is answered with the terminal's.
    const lying = record({ '9F02': '000000000001', '9F37': '00000000' });
    play({ script: [...readOut(ONE_RECORD, lying), [generate('80'), '6985']] });
  });
});

test('what only a terminal may say is zeros when the terminal does not say it, even if the card does', () => {
  // 9F1D is terminal risk management data: this terminal has none.
  const lying = record({ '9F1D': 'AABB', '8C': '9F1D029F3704' });
  play({ script: [...readOut(ONE_RECORD, lying), ['80AE800006' + '0000' + '0BADCAFE' + '00', '6985']] });
});

describe('the second GENERATE AC, EMV Book 3 9.3', () => {
  const online: Script = [
    ...readOut(ONE_RECORD, record()),
    [`80AE80000A${CDOL_VALUES}00`, `${tlv('80', '80', '0007', '1122334455667788')}9000`],
  ];
  const answer = (cid: string): string => `${tlv('80', cid, '0007', '99AABBCCDDEEFF00')}9000`;
  const approved = ['00', '80AE400002303000'] as const;
  const declined = ['51', '80AE0000' + '02353100'] as const;

  test.each([
    ['an ARQC again', approved, answer('80'), 'bad-card-data', 'ARQC answers a request for TC', true],
    [
      'an error after approval',
      approved,
      '6F00',
      'card-error',
      'second GENERATE AC answered 6F00 unlisted status',
      true,
    ],
    ['a TC nobody asked for', declined, answer('40'), 'bad-card-data', 'TC answers a request for AAC', false],
    [
      'an error after a decline',
      declined,
      '6F00',
      'card-error',
      'second GENERATE AC answered 6F00 unlisted status',
      false,
    ],
  ] as const)(
    'answered by %s ends it',
    (_, [responseCode, command], response, reason, detail, reversalNeeded) => {
      const { outcome } = play({
        script: [...online, [command, response]],
        replies: {
          'go-online': { kind: 'online-response', responseCode, issuerData: new Uint8Array() },
        },
      });
      expect(outcome).toMatchObject({ kind: 'terminated', reason, detail, reversalNeeded });
    },
  );

  test('is given the response code of tag 8A when the issuer sends one', () => {
    const { outcome } = play({
      script: [...online, ['80AE400002313100', answer('40')]],
      replies: {
        'go-online': { kind: 'online-response', responseCode: '00', issuerData: fromHex('8A023131') },
      },
    });
    expect(outcome).toMatchObject({
      kind: 'approved',
      by: 'issuer',
      receipt: { cryptogram: '99AABBCCDDEEFF00' },
    });
  });
});

test('a reply of another kind is a bug, not an outcome', () => {
  const run = runContactTransaction(sampleTerminal(), sampleTransaction());
  run.next();
  expect(() => run.next({ kind: 'pin-entered' })).toThrow(
    'a command is answered by a response, not by pin-entered',
  );
});

test.each([
  [{ terminalType: '27' }, 'a terminal type (9F35) is two digits, 11 to 36'],
  [{ ifdSerialNumber: '1' }, 'an interface device serial number (9F1E) is 8 characters'],
])('a configuration that is not possible is a bug: %#', (changes, message) => {
  const run = runContactTransaction(sampleTerminal(changes), sampleTransaction());
  expect(() => run.next()).toThrow(message);
});
