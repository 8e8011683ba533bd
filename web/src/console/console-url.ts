export const TABS = ['timeline', 'messages', 'chip', 'why', 'compare'] as const;
export type Tab = (typeof TABS)[number];

export const VIEWS = ['payments', 'ledger'] as const;
export type View = (typeof VIEWS)[number];

/** What of the console a link keeps. */
export interface Place {
  readonly view: View;
  readonly filter: string;
  /** Transaction id of the open payment. */
  readonly payment: string | null;
  readonly tab: Tab;
  /** Number of the open event. */
  readonly event: number | null;
  /** Transaction id of the payment it is compared with. */
  readonly other: string | null;
  /** Account open in the ledger. */
  readonly account: string | null;
}

export const START: Place = {
  view: 'payments',
  filter: '',
  payment: null,
  tab: 'timeline',
  event: null,
  other: null,
  account: null,
};

/** What the query of an address says; what it does not say, or says wrongly, is as at the start. */
export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const event = query.get('event');
  return {
    view: VIEWS.find((view) => view === query.get('view')) ?? START.view,
    filter: query.get('filter') ?? START.filter,
    payment: query.get('payment'),
    tab: TABS.find((tab) => tab === query.get('tab')) ?? START.tab,
    event: event !== null && /^[1-9]\d{0,14}$/.test(event) ? Number(event) : null,
    other: query.get('with'),
    account: query.get('account'),
  };
}

/** The query of a place: only what differs from the start; `''` for the start itself. */
export function writePlace(place: Place): string {
  const query = new URLSearchParams();
  if (place.view !== START.view) query.set('view', place.view);
  if (place.filter !== '') query.set('filter', place.filter);
  if (place.payment !== null) query.set('payment', place.payment);
  if (place.tab !== START.tab) query.set('tab', place.tab);
  if (place.event !== null) query.set('event', String(place.event));
  if (place.other !== null) query.set('with', place.other);
  if (place.account !== null) query.set('account', place.account);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
