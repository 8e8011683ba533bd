import type { ConsoleEvent } from './console-types.ts';
import type { WordKey } from './words-en.ts';

/** Who takes part in a payment, from the card to the money. */
export const PARTIES = ['person', 'card', 'terminal', 'acquirer', 'bank', 'ledger', 'account'] as const;
export type Party = (typeof PARTIES)[number];

export const PARTY_WORDS: Readonly<Record<Party, WordKey>> = {
  person: 'partyPerson',
  card: 'partyCard',
  terminal: 'partyTerminal',
  acquirer: 'partyAcquirer',
  bank: 'partyBank',
  ledger: 'partyLedger',
  account: 'partyAccount',
};

/** The parties that have a lane of their own in the timeline. */
export const LANES = ['card', 'terminal', 'acquirer', 'bank', 'ledger', 'account'] as const;
export type Lane = (typeof LANES)[number];

/** Between which lanes an event runs; one lane when it stays there. */
export interface Way {
  readonly from: Lane;
  readonly to: Lane;
}

/** What people do at the device: the time before is theirs. */
const BY_PERSON: ReadonlySet<string> = new Set([
  'terminal.card-presented',
  'terminal.card-removed',
  'terminal.pin-entered',
  'terminal.pin-bypassed',
]);

const WAYS: Readonly<Record<string, Way>> = {
  'card.exchanged': { from: 'terminal', to: 'card' },
  'terminal.card-presented': { from: 'card', to: 'terminal' },
  'terminal.message-sent': { from: 'terminal', to: 'acquirer' },
  'terminal.message-received': { from: 'acquirer', to: 'terminal' },
  'acquirer.bank-chosen': { from: 'acquirer', to: 'bank' },
  'bank.authorised': { from: 'bank', to: 'acquirer' },
  'bank.refused': { from: 'bank', to: 'acquirer' },
};

const ACCOUNT_TYPES: ReadonlySet<string> = new Set([
  'bank.credited',
  'bank.debited',
  'bank.credit-queued',
  'bank.credit-rejected',
]);

/** Whom an event belongs to: the time before it counts for this party. */
export function partyOf(type: string): Party {
  if (BY_PERSON.has(type)) return 'person';
  if (ACCOUNT_TYPES.has(type)) return 'account';
  const source = type.split('.')[0];
  if (source === 'kernel') return 'terminal';
  return PARTIES.find((party) => party === source) ?? 'terminal';
}

export function wayOf(type: string): Way {
  const way = Object.hasOwn(WAYS, type) ? WAYS[type] : undefined;
  if (way !== undefined) return way;
  const party = partyOf(type);
  const lane = party === 'person' ? 'terminal' : party;
  return { from: lane, to: lane };
}

/** How a step of the timeline ended: for its colour, never the only sign. */
export function toneOf({ type, data }: ConsoleEvent): 'plain' | 'good' | 'bad' {
  if (/refused|no-answer|unmatched|rejected|reversal-queued|reversed/.test(type)) return 'bad';
  if (type === 'terminal.payment-finished' || type === 'acquirer.payment-decided') {
    return data.approved === true ? 'good' : 'bad';
  }
  return 'plain';
}

export interface PartyTime {
  readonly party: Party;
  readonly ms: number;
}

/** Where the time of a payment went: each gap counts for the party that tells the event after it. */
export function partyTimes(events: readonly ConsoleEvent[]): readonly PartyTime[] {
  const sums = new Map<Party, number>();
  events.forEach(({ timeMs, type }, index) => {
    const before = events[index - 1];
    if (before === undefined) return;
    const party = partyOf(type);
    sums.set(party, (sums.get(party) ?? 0) + Math.max(0, timeMs - before.timeMs));
  });
  return PARTIES.flatMap((party) => {
    const ms = sums.get(party) ?? 0;
    return ms > 0 ? [{ party, ms }] : [];
  });
}
