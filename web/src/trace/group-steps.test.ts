import { describe, expect, it } from 'vitest';
import { groupSteps } from './group-steps.ts';
import type { Party } from './step-types.ts';
import type { Step } from './trace-state.ts';

function steps(...parties: Party[]): Step[] {
  return parties.map((party, index) => ({
    seq: index + 1,
    type: 'a.b',
    offsetMs: 0,
    party,
    sentence: '',
    tone: 'plain',
    detail: { kind: 'facts', facts: [] },
  }));
}

describe('groupSteps', () => {
  it('cuts where the party changes and keeps the order of time', () => {
    const groups = groupSteps(steps('card', 'card', 'host', 'bank', 'card'));
    expect(groups.map(({ party, steps: inGroup }) => [party, inGroup.map(({ seq }) => seq)])).toEqual([
      ['card', [1, 2]],
      ['host', [3]],
      ['bank', [4]],
      ['card', [5]],
    ]);
  });

  it('makes nothing of nothing', () => {
    expect(groupSteps([])).toEqual([]);
  });
});
