import { describe, expect, test } from 'vitest';
import { MASTERCARD_APPLICATION, sampleApplication } from '../testing/sample.ts';
import {
  directory,
  fci,
  GPO,
  MASTERCARD,
  PSE_FCI,
  play,
  SELECT_MASTERCARD,
  SELECT_PSE,
  SELECT_VISA,
  SELECT_VISA_NEXT,
  STOP,
  tlv,
  VISA,
} from '../testing/scripted-card.ts';

describe('application selection, EMV Book 1 12.3 and 12.4', () => {
  test('by the directory, read to its end', () => {
    const { outcome, steps } = play({
      script: [
        [SELECT_PSE, PSE_FCI],
        ['00B2010C00', directory(['A0000000999999', 'OTHER', '01'])],
        ['00B2020C00', directory([VISA, 'VISA DEBIT', '01'])],
        ['00B2030C00', '6A83'],
        [SELECT_VISA, fci(VISA)],
        ...STOP,
      ],
    });
    expect(outcome).toMatchObject({
      kind: 'terminated',
      reason: 'card-error',
      detail: 'GET PROCESSING OPTIONS answered 6F00 unlisted status',
      receipt: { aid: VISA, label: 'VISA DEBIT' },
    });
    expect(steps.slice(0, 2)).toEqual([
      { step: 'candidates-listed', method: 'pse', candidates: [{ aid: VISA, label: 'VISA DEBIT' }] },
      { step: 'application-selected', aid: VISA, label: 'VISA DEBIT', languages: [] },
    ]);
  });

  test('by the list of AIDs when the card has no directory', () => {
    const { steps } = play({
      config: { applications: [sampleApplication({ partialSelection: false }), MASTERCARD_APPLICATION] },
      script: [
        [SELECT_PSE, '6A82'],
        [SELECT_VISA, '6A82'],
        [SELECT_MASTERCARD, fci(MASTERCARD)],
        ['00A4040207A000000004101000', '6A82'],
        [SELECT_MASTERCARD, fci(MASTERCARD)],
        ...STOP,
      ],
    });
    expect(steps[0]).toMatchObject({ step: 'candidates-listed', method: 'aid-list' });
  });

  test('by the list of AIDs when the directory has nothing for this terminal', () => {
    const { outcome } = play({
      config: { applications: [sampleApplication({ partialSelection: false })] },
      script: [
        [SELECT_PSE, PSE_FCI],
        ['00B2010C00', directory(['A0000000999999', 'OTHER', '01'])],
        ['00B2020C00', '6A83'],
        [SELECT_VISA, '6A82'],
      ],
    });
    expect(outcome).toMatchObject({ kind: 'terminated', reason: 'no-application', chipData: null });
  });

  test('a longer name matches only where partial selection is allowed', () => {
    const longer = `${VISA}01`;
    const { steps } = play({
      config: { applications: [sampleApplication()] },
      script: [
        [SELECT_PSE, '6A82'],
        [SELECT_VISA, fci(longer)],
        [SELECT_VISA_NEXT, fci(`${VISA}02`, tlv('87', '01'))],
        [SELECT_VISA_NEXT, '6A82'],
        ['00A4040008A00000000310100200', '6A82'],
        ['00A4040008A00000000310100100', fci(longer)],
        ...STOP,
      ],
      replies: { 'choose-application': { kind: 'chosen', index: 0 } },
    });
    expect(steps[0]).toMatchObject({ candidates: [{ aid: `${VISA}02` }, { aid: longer }] });
    expect(steps[1]).toEqual({
      step: 'application-dropped',
      aid: `${VISA}02`,
      why: 'SELECT answered 6A82 file not found',
    });
    const exact = play({
      config: { applications: [sampleApplication({ partialSelection: false })] },
      script: [
        [SELECT_PSE, '6A82'],
        [SELECT_VISA, fci(longer)],
      ],
    });
    expect(exact.outcome).toMatchObject({ reason: 'no-application' });
  });

  test('a blocked application is passed over', () => {
    const { outcome } = play({
      config: { applications: [sampleApplication({ partialSelection: false })] },
      script: [
        [SELECT_PSE, '6A82'],
        [SELECT_VISA, '6283'],
      ],
    });
    expect(outcome).toMatchObject({ kind: 'terminated', reason: 'no-application' });
  });

  test.each([
    ['the environment', [[SELECT_PSE, '6A81']]],
    [
      'an application',
      [
        [SELECT_PSE, '6A82'],
        [SELECT_VISA, '6A81'],
      ],
    ],
  ] as const)('a blocked card ends it at %s', (_, script) => {
    expect(play({ script }).outcome).toMatchObject({
      kind: 'terminated',
      reason: 'card-blocked',
      detail: 'SELECT answered 6A81',
    });
  });

  const both = directory([MASTERCARD, 'MASTERCARD', '02'], [VISA, 'VISA', '01']);

  test('two applications are offered by priority, and one that refuses gives way', () => {
    const { asked, steps } = play({
      script: [
        [SELECT_PSE, PSE_FCI],
        ['00B2010C00', both],
        ['00B2020C00', '6A83'],
        [SELECT_VISA, fci(VISA)],
        [GPO, '6985'],
        [SELECT_MASTERCARD, fci(MASTERCARD)],
        ...STOP,
      ],
      replies: { 'choose-application': { kind: 'chosen', index: 0 } },
    });
    expect(asked).toEqual(['choose-application']);
    expect(steps[0]).toMatchObject({ candidates: [{ aid: VISA }, { aid: MASTERCARD }] });
    expect(steps[2]).toEqual({
      step: 'application-dropped',
      aid: VISA,
      why: 'GET PROCESSING OPTIONS answered 6985 conditions of use not satisfied',
    });
  });

  test('no choice ends it', () => {
    const { outcome } = play({
      script: [
        [SELECT_PSE, PSE_FCI],
        ['00B2010C00', both],
        ['00B2020C00', '6A83'],
      ],
      replies: { 'choose-application': { kind: 'cancelled' } },
    });
    expect(outcome).toMatchObject({ kind: 'terminated', reason: 'cancelled', reversalNeeded: false });
  });

  test('one application that must be confirmed is offered', () => {
    const { asked } = play({
      script: [
        [SELECT_PSE, PSE_FCI],
        ['00B2010C00', directory([VISA, 'VISA', '81'])],
        ['00B2020C00', '6A83'],
        [SELECT_VISA, fci(VISA)],
        ...STOP,
      ],
      replies: { 'choose-application': { kind: 'chosen', index: 0 } },
    });
    expect(asked).toEqual(['choose-application']);
  });
});
