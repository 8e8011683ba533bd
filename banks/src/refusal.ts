/** Every way an issuer says no, with its DE 39 (ISO 8583:1987, table A.39, and the card schemes' 75 and 82). */
export const REFUSALS = {
  'unknown-card': { responseCode: '14', text: 'the bank does not know this card' },
  'expired-card': { responseCode: '54', text: 'the card has expired' },
  'expiry-differs': { responseCode: '54', text: 'the expiry date is not the one the bank issued' },
  'cryptogram-wrong': {
    responseCode: '82',
    text: 'the card cryptogram (ARQC) does not verify: wrong key or changed data',
  },
  'cryptogram-unreadable': { responseCode: '82', text: 'the chip data lack what the cryptogram is made of' },
  'atc-replayed': {
    responseCode: '82',
    text: 'the card transaction counter (ATC) was used before: a replayed cryptogram',
  },
  'amount-differs': {
    responseCode: '82',
    text: 'the amount in the message is not the amount the card put in its cryptogram',
  },
  'currency-differs': {
    responseCode: '82',
    text: 'the card put another currency than the tenge in its cryptogram',
  },
  'stripe-value-wrong': {
    responseCode: '82',
    text: 'the verification value on the magnetic stripe (CVV) is wrong',
  },
  'pin-wrong': { responseCode: '55', text: 'the PIN is wrong' },
  'pin-tries-exceeded': { responseCode: '75', text: 'too many wrong PINs in a row' },
  'cardholder-not-verified': { responseCode: '55', text: 'the card asks for its PIN and none was entered' },
  'transaction-reused': {
    responseCode: '94',
    text: 'the bank has answered another payment under this transaction id',
  },
  'insufficient-funds': { responseCode: '51', text: 'the digital account does not hold enough' },
  'account-frozen': { responseCode: '62', text: 'the digital account is frozen' },
  'limit-exceeded': {
    responseCode: '61',
    text: 'more than the digital account may pay at once or in a day',
  },
  'count-exceeded': {
    responseCode: '65',
    text: 'this marked money was paid with as often today as it may',
  },
  'account-unusable': {
    responseCode: '57',
    text: 'the ledger does not allow this payment from this account',
  },
} as const satisfies Record<string, { responseCode: string; text: string }>;

export type Refusal = keyof typeof REFUSALS;
