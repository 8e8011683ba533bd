import { fromHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import type { KernelReply } from '../kernel/kernel-types.ts';
import { runContactTransaction } from '../kernel/run-contact-transaction.ts';
import { issuer } from '../testing/pay.ts';
import { drive, sampleCardData, sampleTerminal, sampleTransaction } from '../testing/sample.ts';
import { AUTHORITY_KEYS, authentication } from '../testing/test-authority.ts';
import { createReplayedCard, parseCardTrace, recordCard } from './card-trace.ts';
import { createCard } from './create-card.ts';
import { personalise } from './personalise.ts';

type Transmit = (command: Uint8Array) => Uint8Array | null;

/** What the issuer said is no part of the card's dialogue, so both runs are given the same. */
function payAt(transmit: Transmit, answers: KernelReply[], unpredictableNumber = '0BADCAFE') {
  const config = sampleTerminal({ capabilities: fromHex('E068C8'), authorityKeys: AUTHORITY_KEYS });
  const transaction = sampleTransaction({ unpredictableNumber: fromHex(unpredictableNumber) });
  const isFirst = answers.length === 0;
  const { outcome } = drive(runContactTransaction(config, transaction), (request) => {
    if (request.kind === 'online-pin') return { kind: 'pin-entered' };
    if (request.kind === 'go-online') {
      if (isFirst) answers.push(issuer('00')(request.request));
      return answers[0] ?? { kind: 'unable-to-go-online' };
    }
    if (request.kind !== 'transmit') throw new Error(`nobody expected ${request.kind}`);
    const bytes = transmit(request.command);
    return bytes === null ? { kind: 'removed' } : { kind: 'response', bytes };
  });
  return outcome;
}

function recorded(pulledAfter = Number.POSITIVE_INFINITY) {
  const card = createCard(personalise(sampleCardData({ authentication: authentication('cda') })), {});
  let count = 0;
  const recorder = recordCard((command) => (++count > pulledAfter ? null : card.transmit(command)));
  const answers: KernelReply[] = [];
  const outcome = payAt(recorder.transmit, answers);
  return { outcome, answers, trace: parseCardTrace(JSON.parse(JSON.stringify(recorder.trace))) };
}

describe('a trace, written as JSON and played back', () => {
  test('leads the kernel to the same end', () => {
    const { outcome, answers, trace } = recorded();
    expect(outcome.kind).toBe('approved');
    const replayed = createReplayedCard(trace);
    expect(replayed.left).toBe(trace.exchanges.length);
    expect(payAt(replayed.transmit, answers)).toEqual(outcome);
    expect(replayed.left).toBe(0);
  });

  test('of a card that was pulled out', () => {
    const { outcome, answers, trace } = recorded(6);
    expect(outcome).toMatchObject({ kind: 'terminated', reason: 'card-removed' });
    expect(payAt(createReplayedCard(trace).transmit, answers)).toEqual(outcome);
  });

  test('fails for a transaction that is another', () => {
    const { trace } = recorded();
    const replayed = createReplayedCard(trace);
    expect(() => payAt(replayed.transmit, [], '11111111')).toThrow(
      /^command 12 is GENERATE AC .*, the trace has GENERATE AC .*; they differ from byte 31 on$/,
    );
  });

  test('fails behind its end', () => {
    const replayed = createReplayedCard({ format: 'kassa-apdu-trace', version: 1, exchanges: [] });
    expect(() => replayed.transmit(fromHex('0084000000'))).toThrow(
      'command 1 is GET CHALLENGE, and the trace is at its end',
    );
  });
});

test.each([
  [null, 'trace'],
  [{ format: 'kassa-apdu-trace', version: 2, exchanges: [] }, 'trace'],
  [
    { format: 'kassa-apdu-trace', version: 1, exchanges: [{ command: 'xy', response: null }] },
    'trace.exchanges.0',
  ],
  [
    { format: 'kassa-apdu-trace', version: 1, exchanges: [{ command: '00', response: 1 }] },
    'trace.exchanges.0',
  ],
])('what is no trace is refused: %#', (content, path) => {
  expect(() => parseCardTrace(content)).toThrow(expect.objectContaining({ code: 'bad-value', path }));
});
