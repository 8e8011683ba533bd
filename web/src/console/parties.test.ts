import { describe, expect, it } from 'vitest';
import contract from '../../../docs/events.md?raw';
import { EVENT_NAMES } from './event-names.ts';
import { partyOf, partyTimes, toneOf, wayOf } from './parties.ts';
import { consoleEvent } from './testing/console-event.ts';

describe('the parties of a payment', () => {
  it.each([
    ['card.exchanged', 'card', { from: 'terminal', to: 'card' }],
    ['kernel.decided', 'terminal', { from: 'terminal', to: 'terminal' }],
    ['terminal.pin-entered', 'person', { from: 'terminal', to: 'terminal' }],
    ['terminal.message-sent', 'terminal', { from: 'terminal', to: 'acquirer' }],
    ['acquirer.payment-decided', 'acquirer', { from: 'acquirer', to: 'acquirer' }],
    ['bank.pin-verified', 'bank', { from: 'bank', to: 'bank' }],
    ['bank.credited', 'account', { from: 'account', to: 'account' }],
    ['ledger.held', 'ledger', { from: 'ledger', to: 'ledger' }],
    ['something.new', 'terminal', { from: 'terminal', to: 'terminal' }],
  ])('%s belongs to %s', (type, party, way) => {
    expect(partyOf(type)).toBe(party);
    expect(wayOf(type)).toEqual(way);
  });

  it('share out the time of a payment without a rest', () => {
    const at = (type: string, timeMs: number) => consoleEvent(type, { timeMs });
    const events = [
      at('terminal.payment-started', 100),
      at('terminal.card-presented', 2_100),
      at('card.exchanged', 2_105),
      at('card.exchanged', 2_115),
      at('acquirer.bank-chosen', 2_120),
      at('ledger.held', 2_120),
      at('terminal.payment-finished', 2_125),
    ];
    expect(partyTimes(events)).toEqual([
      { party: 'person', ms: 2_000 },
      { party: 'card', ms: 15 },
      { party: 'terminal', ms: 5 },
      { party: 'acquirer', ms: 5 },
    ]);
    expect(partyTimes([])).toEqual([]);
  });
});

it.each([
  ['bank.refused', {}, 'bad'],
  ['terminal.no-answer', {}, 'bad'],
  ['terminal.payment-finished', { approved: true }, 'good'],
  ['terminal.payment-finished', { approved: false }, 'bad'],
  ['bank.authorised', {}, 'plain'],
])('%s %j is %s', (type, data, tone) => {
  expect(toneOf(consoleEvent(type, { data }))).toBe(tone);
});

it('every event of docs/events.md has a name in every language', () => {
  const rows = contract.slice(contract.indexOf('## Types'), contract.indexOf('## Examples')).split('\n');
  const types = rows.flatMap((row) =>
    row.startsWith('| `') ? [...(row.split('|')[1] ?? '').matchAll(/`([a-z]+\.[a-z-]+)`/g)] : [],
  );
  expect(Object.keys(EVENT_NAMES).sort()).toEqual(types.map((match) => match[1]).sort());
  for (const [type, names] of Object.entries(EVENT_NAMES)) {
    expect(
      Object.values(names).filter((name) => name.trim() === ''),
      type,
    ).toEqual([]);
    expect(new Set(Object.values(names)).size, type).toBe(3);
  }
});
