import type { Settle } from './payment-request.ts';

/** DIRECT: the merchant's digital account. CONVERT: redeemed, and non-cash tenge on the merchant's IBAN. */
export type Route = 'direct' | 'convert';

/** How this payment reaches the merchant, and why, in words. */
export function chooseRoute(asked: Settle | null, profile: Settle): { route: Route; why: string } {
  const settle = asked ?? profile;
  const who = asked === null ? "the merchant's profile says" : 'the terminal asked for';
  return settle === 'digital'
    ? { route: 'direct', why: `${who} digital tenge` }
    : { route: 'convert', why: `${who} non-cash tenge on the bank account` };
}
