import { expect, test } from 'vitest';
import { KNOWN_ANSWERS, runSelftest } from './run-selftest.ts';

test('every known answer is found', () => {
  const results = runSelftest();
  expect(results.flatMap(({ failed }) => failed)).toEqual([]);
  expect(results.map(({ group, total }) => [group, total])).toEqual([
    ['DES and TDES', 3],
    ['AES', 3],
    ['MAC', 5],
    ['CMAC', 7],
    ['card keys', 3],
    ['cryptograms', 4],
    ['verification values', 3],
    ['PIN blocks', 4],
    ['DUKPT with TDES', 4],
    ['DUKPT with AES', 3],
    ['key blocks', 9],
    ['offline data', 6],
  ]);
});

test('each answer is looked at: another one is a failure', () => {
  for (const { group, source, answers } of KNOWN_ANSWERS) {
    const changed = answers.map((answer) => ({ ...answer, expected: `${answer.expected}0` }));
    expect(runSelftest([{ group, source, answers: changed }])).toEqual([
      { group, source, passed: 0, total: answers.length, failed: answers.map(({ name }) => name) },
    ]);
  }
});

test('a calculation that ends in an error is a failure', () => {
  const answers = [
    {
      name: 'broken',
      expected: '',
      calculate: () => {
        throw new Error('no');
      },
    },
  ];
  expect(runSelftest([{ group: 'g', source: 's', answers }])).toMatchObject([
    { passed: 0, failed: ['broken'] },
  ]);
});
