import type { KernelStep } from '@kassa/emv';
import { describe, expect, test } from 'vitest';
import { type KernelTrace, traceKernelStep } from './kernel-trace.ts';

const VISA = { aid: 'A0000000031010', label: 'VISA DEBIT' };
const OTHER = { aid: 'A0000000041010', label: 'MASTERCARD' };

type Row = readonly [step: KernelStep, decision: string, why: string, bits?: readonly string[]];

const ROWS: readonly Row[] = [
  [
    { step: 'candidates-listed', method: 'pse', candidates: [VISA, OTHER] },
    'the card offers VISA DEBIT (A0000000031010), MASTERCARD (A0000000041010)',
    'the card lists its applications',
  ],
  [
    { step: 'candidates-listed', method: 'aid-list', candidates: [VISA] },
    'the card offers VISA DEBIT (A0000000031010)',
    'the terminal tried its own list',
  ],
  [
    { step: 'candidates-listed', method: 'aid-list', candidates: [] },
    'the card offers nothing',
    'the terminal tried its own list',
  ],
  [
    { step: 'application-selected', ...VISA, languages: ['kk', 'ru'] },
    'VISA DEBIT (A0000000031010) is selected',
    'card and terminal both know it',
  ],
  [
    { step: 'application-dropped', aid: VISA.aid, why: 'SELECT answered 6283' },
    'A0000000031010 is dropped',
    'SELECT answered 6283',
  ],
  [
    { step: 'processing-initiated', aip: '1800', aipMeanings: ['cardholder verification'], afl: '08010100' },
    'the card answers with AIP 1800 and AFL 08010100',
    'what the card can do and where its data stand',
    ['cardholder verification'],
  ],
  [
    { step: 'record-read', sfi: 2, record: 1, tags: ['5A', '5F24'] },
    'record 1 of file 2 is read',
    'named by the AFL',
    ['5A', '5F24'],
  ],
  [
    {
      step: 'tvr-bit-set',
      bit: "byte 1 bit 8 'Offline data authentication was not performed'",
      why: 'no ODA',
    },
    "TVR byte 1 bit 8 'Offline data authentication was not performed' is set",
    'no ODA',
  ],
  [{ step: 'tsi-bit-set', bit: 'byte 1 bit 6' }, 'TSI byte 1 bit 6 is set', 'the step was performed'],
  [
    { step: 'restrictions-checked', findings: ['expired', 'not yet effective'] },
    'processing restrictions are checked',
    'expired; not yet effective',
  ],
  [
    { step: 'restrictions-checked', findings: [] },
    'processing restrictions are checked',
    'nothing stands against it',
  ],
  [
    {
      step: 'cvm-rule-considered',
      rule: '0203',
      meaning: 'Enciphered PIN verified online',
      verdict: 'done',
      why: 'a PIN was entered',
    },
    'Enciphered PIN verified online: done',
    'a PIN was entered',
    ['0203'],
  ],
  [{ step: 'cvm-finished', results: '020300', meaning: 'unknown' }, 'CVM results are 020300', 'unknown'],
  [
    { step: 'risk-managed', findings: ['above the floor limit'] },
    'terminal risk management is done',
    'above the floor limit',
  ],
  [{ step: 'risk-managed', findings: [] }, 'terminal risk management is done', 'nothing found'],
  [
    {
      step: 'action-decided',
      decision: 'ARQC',
      codes: 'online',
      bits: [
        { bit: 'byte 1 bit 8', inTac: true, inIac: true },
        { bit: 'byte 3 bit 3', inTac: true, inIac: false },
        { bit: 'byte 4 bit 8', inTac: false, inIac: true },
      ],
      why: 'the online action codes ask the issuer',
    },
    'the terminal asks the card for ARQC',
    'the online action codes ask the issuer',
    ['byte 1 bit 8 in TAC and IAC', 'byte 3 bit 3 in TAC', 'byte 4 bit 8 in IAC'],
  ],
  [
    {
      step: 'cryptogram-received',
      which: 'second',
      requested: 'TC',
      received: 'AAC',
      information: ['AAC', 'issuer authentication failed'],
    },
    'the card answers the second GENERATE AC with AAC',
    'the terminal asked for TC',
    ['AAC', 'issuer authentication failed'],
  ],
  [
    { step: 'issuer-answered', responseCode: '00', approved: true, tags: ['91'] },
    'the issuer approved',
    'response code 00',
    ['91'],
  ],
  [
    { step: 'issuer-answered', responseCode: '51', approved: false, tags: [] },
    'the issuer declined',
    'response code 51',
  ],
  [
    {
      step: 'script-command-sent',
      template: '72',
      identifier: '00000001',
      command: 'APPLICATION BLOCK',
      status: '9000 OK',
    },
    'the card answers APPLICATION BLOCK with 9000 OK',
    'issuer script 00000001 of template 72',
  ],
  [
    {
      step: 'limits-checked',
      aid: 'A0000000031010',
      qualifiers: '3680C000',
      findings: ['amount 5 is large'],
    },
    'the contactless limits of A0000000031010 are checked',
    'amount 5 is large',
    ['3680C000'],
  ],
  [
    { step: 'limits-checked', aid: 'A0000000041010', qualifiers: null, findings: [] },
    'the contactless limits of A0000000041010 are checked',
    'the amount is under all of them',
  ],
  [
    { step: 'card-decided', decision: 'ARQC', why: 'in its processing options' },
    'the card answers with ARQC',
    'in its processing options',
  ],
  [
    { step: 'torn-recovered', recovered: true, why: 'RECOVER AC answered 9000' },
    'the torn transaction is recovered',
    'RECOVER AC answered 9000',
  ],
  [
    { step: 'torn-recovered', recovered: false, why: 'RECOVER AC answered 6985' },
    'the torn transaction is not recovered',
    'RECOVER AC answered 6985',
  ],
  [
    { step: 'data-authentication', method: 'none', result: 'not-performed', why: 'nothing in common' },
    'the card is not authenticated offline',
    'nothing in common',
  ],
  [
    { step: 'data-authentication', method: 'cda', result: 'failed', why: 'bad-value at icc-certificate' },
    'CDA: failed',
    'bad-value at icc-certificate',
  ],
  [
    { step: 'pin-verified', status: '63C2 PIN wrong', triesLeft: 2 },
    'the card refuses the PIN',
    '2 tries left',
  ],
  [
    { step: 'pin-verified', status: '9000 OK', triesLeft: null },
    'the card answers the PIN with 9000 OK',
    'offline PIN',
  ],
  [{ step: 'issuer-unreachable' }, 'the terminal is unable to go online', 'no answer of the host'],
  [
    { step: 'issuer-authentication', how: 'second-generate-ac', result: 'judged-by-card' },
    'whether the issuer is the right one is left to the card',
    'second generate ac',
  ],
];

describe('a kernel step is told as decision, reason and bits', () => {
  test.each(ROWS.map(([step, decision, why, bits = []]) => ({ step, decision, why, bits })))(
    '$step.step: $decision',
    ({ step, decision, why, bits }) => {
      const expected: KernelTrace = { step: step.step, decision, why, bits };
      expect(traceKernelStep(step)).toEqual(expected);
    },
  );

  /** A step the kernel learns and this table does not is a type error here. */
  const KINDS: Readonly<Record<KernelStep['step'], true>> = {
    'candidates-listed': true,
    'application-selected': true,
    'application-dropped': true,
    'processing-initiated': true,
    'record-read': true,
    'tvr-bit-set': true,
    'tsi-bit-set': true,
    'data-authentication': true,
    'limits-checked': true,
    'card-decided': true,
    'torn-recovered': true,
    'pin-verified': true,
    'script-command-sent': true,
    'restrictions-checked': true,
    'cvm-rule-considered': true,
    'cvm-finished': true,
    'risk-managed': true,
    'action-decided': true,
    'cryptogram-received': true,
    'issuer-answered': true,
    'issuer-unreachable': true,
    'issuer-authentication': true,
  };

  test('every kind is in the table', () => {
    expect(new Set(ROWS.map(([{ step }]) => step))).toEqual(new Set(Object.keys(KINDS)));
  });
});
