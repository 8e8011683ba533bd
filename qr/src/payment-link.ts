/** A code that is a link and not an EMVCo payload: who issued it, as far as its address says. */
export interface PaymentLink {
  readonly id: string;
  readonly name: string;
  /** `payment`: a token only its issuer can resolve; `intent`: the fields are in the address; `receipt`: not a payment. */
  readonly kind: 'payment' | 'intent' | 'receipt';
  /** What follows the address: an opaque token, a query. */
  readonly token: string;
  readonly about: string;
}

/** How the links of one issuer start, as public integrations show them. */
export interface LinkForm extends Omit<PaymentLink, 'token'> {
  /** In lower case; scheme and host are compared in either case. */
  readonly prefixes: readonly string[];
  /** Any link of the host or of a host below it. */
  readonly hosts?: readonly string[];
}

export const LINK_FORMS: readonly LinkForm[] = [
  {
    id: 'kaspi-qr',
    name: 'Kaspi QR, Kazakhstan',
    kind: 'payment',
    prefixes: ['https://qr.kaspi.kz/'],
    about: 'an opaque token, valid for minutes; its host is asked for the state of the payment',
  },
  {
    id: 'kaspi-pay',
    name: 'Kaspi pay link, Kazakhstan',
    kind: 'payment',
    prefixes: ['https://pay.kaspi.kz/pay/'],
    about: 'an opaque token or the code of a printed sticker',
  },
  {
    id: 'halyk',
    name: 'Halyk, Kazakhstan',
    kind: 'payment',
    prefixes: [],
    hosts: ['halykbank.kz', 'homebank.kz', 'epayment.kz'],
    about: 'recognised by its host alone: the form of its links is not published',
  },
  {
    id: 'fiscal-receipt',
    name: 'fiscal receipt, Kazakhstan',
    kind: 'receipt',
    prefixes: [
      'http://consumer.oofd.kz?',
      'https://consumer.oofd.kz?',
      'http://consumer.oofd.kz/?',
      'https://consumer.oofd.kz/?',
    ],
    about: 'leads to the receipt of a sale: i fiscal sign, f registration number, s sum, t local time',
  },
  {
    id: 'upi',
    name: 'UPI intent, India',
    kind: 'intent',
    prefixes: ['upi://pay?'],
    about: 'pa payee address, pn name, am amount, cu currency',
  },
];

/** Longest link looked at: ISO/IEC 18004, no QR code holds more bytes. */
const LINK_CHARACTERS_MAX = 2953;

/** Names the issuer of a link; undefined for anything else. Nothing is fetched, and no token is checked. */
export function recogniseLink(text: string): PaymentLink | undefined {
  if (text.length > LINK_CHARACTERS_MAX) return undefined;
  // Of ASCII alone: toLowerCase makes a k of the Kelvin sign, and a host of another name.
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (const { prefixes, hosts = [], ...form } of LINK_FORMS) {
    const prefix = prefixes.find((start) => lower.startsWith(start) && text.length > start.length);
    if (prefix !== undefined) return { ...form, token: text.slice(prefix.length) };
    const host = /^https:\/\/([a-z0-9.-]+)\/(.+)$/s.exec(lower)?.[1];
    if (host === undefined) continue;
    if (!hosts.some((known) => host === known || host.endsWith(`.${known}`))) continue;
    return { ...form, token: text.slice(`https://${host}/`.length) };
  }
  return undefined;
}
