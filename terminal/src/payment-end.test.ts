import type { DeclineReason, KernelOutcome, TerminationReason } from '@kassa/emv';
import type { Message } from '@kassa/iso8583';
import { tiyn } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import {
  type HostSaid,
  resultOf,
  type Verdict,
  verdictOfChip,
  verdictOfFailure,
  verdictOfGivingUp,
  verdictOfHost,
  verdictOfMalfunction,
} from './payment-end.ts';
import { traceNumbers } from './trace-numbers.ts';

const answer = (fields: Message['fields']): HostSaid => ({
  kind: 'answered',
  message: { mti: '0210', fields },
});
const declined = (responseCode: string, reason: string, reversalWhy: string | null = null): Verdict => ({
  approved: false,
  responseCode,
  approvalCode: null,
  route: null,
  reason,
  reversalWhy,
});
const reversed = (responseCode: string, why: string): Verdict =>
  declined(responseCode, `${why}; the payment is reversed`, why);
const approved = (changes: Partial<Verdict> = {}): Verdict => ({
  approved: true,
  responseCode: '00',
  approvalCode: 'A1B2C3',
  route: 'direct',
  reason: null,
  reversalWhy: null,
  ...changes,
});

const NO_ANSWER: HostSaid = { kind: 'no-answer', why: 'no answer within 15 s' };
const UNREACHABLE: HostSaid = { kind: 'unreachable', why: 'connect ECONNREFUSED' };
const NOT_ASKED: HostSaid = { kind: 'not-asked' };
const YES = answer({ 38: 'A1B2C3', 39: '00', 48: '0201D' });
const NO = answer({ 39: '51', 48: '0316does not hold it' });

const HOST_ROWS: readonly (readonly [string, HostSaid, Verdict])[] = [
  ['not asked', NOT_ASKED, declined('Z1', 'the terminal declined without asking the bank')],
  ['unreachable', UNREACHABLE, declined('Z3', 'the host cannot be reached: connect ECONNREFUSED')],
  ['no answer', NO_ANSWER, reversed('Z3', 'no answer within 15 s')],
  ['approved, DIRECT', YES, approved()],
  ['approved, CONVERT', answer({ 38: 'A1B2C3', 39: '00', 48: '0201C' }), approved({ route: 'convert' })],
  ['approved, route not told', answer({ 38: 'A1B2C3', 39: '00' }), approved({ route: null })],
  ['approved, route unknown', answer({ 38: 'A1B2C3', 39: '00', 48: '0201X' }), approved({ route: null })],
  ['approved, DE 48 unreadable', answer({ 38: 'A1B2C3', 39: '00', 48: '02' }), approved({ route: null })],
  ['approved without approval code', answer({ 39: '00', 48: '0201D' }), approved({ approvalCode: null })],
  ['approved, VIP', answer({ 38: 'A1B2C3', 39: '11', 48: '0201D' }), approved({ responseCode: '11' })],
  ['declined with a reason', NO, declined('51', 'does not hold it')],
  ['declined without one', answer({ 39: '51' }), declined('51', 'not sufficient funds')],
  ['declined, DE 48 unreadable', answer({ 39: '51', 48: '0399x' }), declined('51', 'not sufficient funds')],
  ['declined with a code of its own', answer({ 39: 'N7' }), declined('N7', 'unknown response code')],
  [
    'no response code: it may have been an approval',
    answer({ 38: 'A1B2C3' }),
    reversed('Z3', "the host's answer carries no response code"),
  ],
  // ISO 8583:1987 approvals that ask for what this terminal does not do.
  ...(
    [
      ['08', 'honour with identification'],
      ['10', 'approved for partial amount'],
      ['16', 'approved, update track 3'],
      ['32', 'completed partially'],
    ] as const
  ).map(
    ([code, text]) =>
      [
        text,
        answer({ 38: 'A1B2C3', 39: code }),
        reversed(code, `this terminal cannot complete: ${text}`),
      ] as const,
  ),
];

describe('a stripe payment is what the host said', () => {
  test.each(HOST_ROWS)('%s', (_name, said, verdict) => {
    expect(verdictOfHost(said)).toEqual(verdict);
  });
});

const RECEIPT: KernelOutcome['receipt'] = {
  aid: null,
  label: null,
  preferredName: null,
  tvr: '0000000000',
  tsi: '0000',
  cvm: 'no-cvm',
  cvmResults: '1F0302',
  cryptogramType: null,
  cryptogram: null,
  atc: null,
  scriptResults: null,
};
const rest = { receipt: RECEIPT, chipData: null, reversalNeeded: false };
const accepted: KernelOutcome = { ...rest, kind: 'approved', by: 'issuer' };
const refused = (reason: DeclineReason): KernelOutcome => ({
  ...rest,
  kind: 'declined',
  reason,
  detail: 'AAC',
});
const broken = (reason: TerminationReason): KernelOutcome => ({
  ...rest,
  kind: 'terminated',
  reason,
  detail: 'during transmit',
});

describe('a chip payment needs the host and the card', () => {
  test.each(HOST_ROWS)('card accepts, host: %s', (_name, said, verdict) => {
    expect(verdictOfChip(accepted, said, 'TVR')).toEqual(verdict);
    expect(verdictOfChip({ ...accepted, by: 'offline' }, said, 'TVR')).toEqual(verdict);
  });

  const refusals: readonly (readonly [DeclineReason, string, HostSaid, Verdict])[] = [
    ['terminal', 'not asked', NOT_ASKED, declined('Z1', 'declined without asking the bank: TVR')],
    ['card', 'not asked', NOT_ASKED, declined('Z1', 'the card declined without asking the bank: AAC')],
    ['issuer', 'no', NO, declined('51', 'does not hold it')],
    ['issuer', 'no code', answer({}), reversed('Z3', "the host's answer carries no response code")],
    [
      'issuer',
      '08',
      answer({ 39: '08' }),
      reversed('08', 'this terminal cannot complete: honour with identification'),
    ],
    ['issuer', 'yes', YES, reversed('Z1', "the card did not accept the bank's answer: AAC")],
    ['card-after-approval', 'yes', YES, reversed('Z1', "the card did not accept the bank's answer: AAC")],
    [
      'card-after-approval',
      '10',
      answer({ 39: '10' }),
      reversed('10', 'this terminal cannot complete: approved for partial amount'),
    ],
    [
      'unable-to-go-online',
      'unreachable',
      UNREACHABLE,
      declined('Z3', 'the host cannot be reached: connect ECONNREFUSED'),
    ],
    ['unable-to-go-online', 'no answer', NO_ANSWER, reversed('Z3', 'no answer within 15 s')],
  ];
  test.each(refusals)('declined by %s, host: %s', (reason, _said, said, verdict) => {
    expect(verdictOfChip(refused(reason), said, 'TVR')).toEqual(verdict);
  });

  const terminations: readonly (readonly [TerminationReason, string, string])[] = [
    ['card-removed', '17', 'the card was removed too early'],
    ['cancelled', '17', 'cancelled'],
    ['card-blocked', 'Z1', 'the card cannot be used: during transmit'],
    ['no-application', 'Z1', 'the card cannot be used: during transmit'],
    ['mandatory-data-missing', 'Z1', 'the card cannot be used: during transmit'],
    ['bad-card-data', 'Z1', 'the card cannot be used: during transmit'],
    ['card-error', 'Z1', 'the card cannot be used: during transmit'],
  ];
  /** Reversed exactly when the host approved or may have. */
  const undone: readonly (readonly [string, HostSaid, string | null])[] = [
    ['not asked', NOT_ASKED, null],
    ['unreachable', UNREACHABLE, null],
    ['declined', NO, null],
    ['no answer', NO_ANSWER, 'no answer within 15 s'],
    ['approved', YES, 'during transmit'],
    ['approved in part', answer({ 39: '10' }), 'this terminal cannot complete: approved for partial amount'],
    ['answered without a code', answer({}), "the host's answer carries no response code"],
  ];
  test.each(
    terminations.flatMap(([reason, code, text]) =>
      undone.map(([host, said, why]) => ({ reason, host, said, verdict: declined(code, text, why) })),
    ),
  )('terminated by $reason, host: $host', ({ reason, said, verdict }) => {
    expect(verdictOfChip(broken(reason), said, 'TVR')).toEqual(verdict);
  });
});

describe('before anything was sent', () => {
  test.each([
    ['cancelled', declined('17', 'cancelled')],
    ['timed-out', declined('17', 'nobody presented a card or entered a PIN in time')],
  ] as const)('given up: %s', (why, verdict) => {
    expect(verdictOfGivingUp(why)).toEqual(verdict);
  });

  test('a failure and a malfunction', () => {
    expect(verdictOfFailure('the stripe cannot be read')).toEqual(
      declined('Z1', 'the stripe cannot be read'),
    );
    expect(verdictOfMalfunction('the terminal failed')).toEqual(
      declined('96', 'the terminal failed; if the payment was sent, it is reversed'),
    );
  });
});

test('the result is the verdict under the numbers of the payment', () => {
  const numbers = traceNumbers('000007', Date.UTC(2026, 10, 23, 20, 15, 30));
  const payment = { transactionId: '20000001-632801000007', numbers, amount: tiyn(5n) };
  expect(resultOf(payment, approved())).toEqual({
    transactionId: '20000001-632801000007',
    approved: true,
    responseCode: '00',
    approvalCode: 'A1B2C3',
    stan: '000007',
    rrn: '632801000007',
    amount: '0.05',
    route: 'direct',
    reason: null,
  });
});
