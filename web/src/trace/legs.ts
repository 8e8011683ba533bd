import type { KassaEvent } from '../stream/stream-frame.ts';

/** The two legs: everyone the money or the message passes. `ledger` ends DIRECT, `account` ends CONVERT. */
export const LEG_NODES = ['card', 'terminal', 'acquirer', 'bank', 'ledger', 'account'] as const;
export type LegNode = (typeof LEG_NODES)[number];

export type Light = 'off' | 'on' | 'refused';

export interface LegState {
  readonly light: Light;
  /** A word or two on what happened there last; empty before anything did. */
  readonly note: string;
}

export type Route = 'direct' | 'convert';

export interface Legs {
  readonly nodes: Readonly<Record<LegNode, LegState>>;
  /** Where the payment is now; null before it starts and after it ends. */
  readonly current: LegNode | null;
  /** What the acquirer chose. */
  readonly route: Route | null;
  /** Where the money is now, seen from the merchant: the branch drawn in colour. Null before it arrives or when undone. */
  readonly arrived: Route | null;
}

const OFF: LegState = { light: 'off', note: '' };

export const LEGS_DARK: Legs = {
  nodes: { card: OFF, terminal: OFF, acquirer: OFF, bank: OFF, ledger: OFF, account: OFF },
  current: null,
  route: null,
  arrived: null,
};

interface LegStep {
  readonly node: LegNode;
  readonly note: string;
  readonly light?: Light;
  readonly arrived?: Route | null;
}

/** What lights which node. Types not listed change nothing. */
const LEG_STEPS: Readonly<Record<string, LegStep>> = {
  'terminal.payment-started': { node: 'terminal', note: 'amount entered' },
  'card.exchanged': { node: 'card', note: 'chip read' },
  'kernel.decided': { node: 'terminal', note: 'kernel decides' },
  'terminal.pin-entered': { node: 'terminal', note: 'PIN enciphered' },
  'terminal.pin-bypassed': { node: 'terminal', note: 'no PIN' },
  'terminal.message-sent': { node: 'terminal', note: 'request sent' },
  'terminal.message-received': { node: 'terminal', note: 'answer received' },
  'terminal.no-answer': { node: 'terminal', note: 'no answer', light: 'refused' },
  'terminal.reversal-queued': { node: 'terminal', note: 'will reverse', light: 'refused' },
  'terminal.reversal-acknowledged': { node: 'terminal', note: 'reversed', light: 'refused' },
  'acquirer.message-received': { node: 'acquirer', note: 'request read' },
  'acquirer.message-sent': { node: 'acquirer', note: 'answered' },
  'acquirer.message-refused': { node: 'acquirer', note: 'not a message', light: 'refused' },
  'acquirer.duplicate-found': { node: 'acquirer', note: 'asked before' },
  'acquirer.bank-chosen': { node: 'acquirer', note: 'bank found' },
  'acquirer.payment-reversed': { node: 'acquirer', note: 'undone', light: 'refused', arrived: null },
  'bank.cryptogram-verified': { node: 'bank', note: 'card genuine' },
  'bank.cryptogram-refused': { node: 'bank', note: 'card refused', light: 'refused' },
  'bank.pin-verified': { node: 'bank', note: 'PIN right' },
  'bank.pin-refused': { node: 'bank', note: 'PIN wrong', light: 'refused' },
  'bank.authorised': { node: 'bank', note: 'authorised' },
  'bank.refused': { node: 'bank', note: 'refused', light: 'refused' },
  'ledger.held': { node: 'ledger', note: 'locked' },
  'ledger.executed': { node: 'ledger', note: 'paid over', arrived: 'direct' },
  'ledger.redeemed': { node: 'ledger', note: 'redeemed' },
  'ledger.released': { node: 'ledger', note: 'released', light: 'refused' },
  'ledger.transferred': { node: 'ledger', note: 'given back', light: 'refused', arrived: null },
  'ledger.issued': { node: 'ledger', note: 'issued again', light: 'refused' },
  'bank.credited': { node: 'account', note: 'credited', arrived: 'convert' },
  'bank.credit-queued': { node: 'account', note: 'queued' },
  'bank.credit-rejected': { node: 'account', note: 'rejected', light: 'refused' },
  'bank.debited': { node: 'account', note: 'debited again', light: 'refused', arrived: null },
};

/** The picture after one more event of the payment. */
export function legsAfter(legs: Legs, event: KassaEvent): Legs {
  if (event.type === 'terminal.payment-finished') {
    return { ...lit(legs, finish(event.data)), current: null };
  }
  if (event.type === 'acquirer.route-chosen') {
    const route = event.data.route === 'direct' ? 'direct' : 'convert';
    return { ...lit(legs, { node: 'acquirer', note: 'route chosen' }), route };
  }
  if (event.type === 'terminal.card-presented') {
    const { entry } = event.data;
    const note = entry === 'swipe' ? 'swiped' : entry === 'tap' ? 'tapped' : 'inserted';
    return lit(legs, { node: 'card', note });
  }
  const step = Object.hasOwn(LEG_STEPS, event.type) ? LEG_STEPS[event.type] : undefined;
  return step === undefined ? legs : lit(legs, step);
}

function finish(data: KassaEvent['data']): LegStep {
  if (data.approved === true) return { node: 'terminal', note: 'approved' };
  // Without a response code nobody declined: the payment was cancelled or broke off.
  const note = typeof data.responseCode === 'string' ? 'declined' : 'not completed';
  return { node: 'terminal', note, light: 'refused' };
}

function lit(legs: Legs, { node, note, light = 'on', arrived = legs.arrived }: LegStep): Legs {
  return { ...legs, nodes: { ...legs.nodes, [node]: { light, note } }, current: node, arrived };
}

/** The picture in one sentence, for those who do not see it. */
export function legsInWords(legs: Legs): string {
  const visited = LEG_NODES.filter((node) => legs.nodes[node].light !== 'off').map(
    (node) =>
      `${NODE_NAMES[node]} ${legs.nodes[node].light === 'refused' ? '(refused) ' : ''}${legs.nodes[node].note}`,
  );
  if (visited.length === 0) return 'No payment yet.';
  const end = legs.arrived === null ? '' : ARRIVED_WORDS[legs.arrived];
  return `Path of the payment: ${visited.join('; ')}.${end}`;
}

export const NODE_NAMES: Readonly<Record<LegNode, string>> = {
  card: 'Card',
  terminal: 'Terminal',
  acquirer: 'Acquirer',
  bank: 'Bank',
  ledger: 'Digital tenge ledger',
  account: 'Merchant’s bank account',
};

const ARRIVED_WORDS: Readonly<Record<Route, string>> = {
  direct: ' Ended DIRECT: the merchant has digital tenge.',
  convert: ' Ended CONVERT: the merchant has non-cash tenge.',
};
