import type { KeySerialProblem } from '@kassa/banks';

/** A message the host does not trust: DE 39 and a sentence of at most 99 ASCII characters for DE 48 and the event. */
export interface SecurityRefusal {
  readonly responseCode: '30' | '58' | '63';
  readonly text: string;
}

/** Every way a message is not to be trusted, by the name its event gives it. */
export const SECURITY_REFUSALS = {
  'unknown-terminal': { responseCode: '58', text: 'this terminal is not known to the acquirer' },
  'mac-missing': { responseCode: '30', text: 'the message carries no MAC' },
  'mac-wrong': { responseCode: '63', text: 'the MAC of the message does not verify' },
  'no-exchange-key': {
    responseCode: '58',
    text: 'this terminal has no key that a new one could travel under',
  },
  'ksn-no-key': { responseCode: '58', text: 'this terminal has no key for PINs' },
  'ksn-other-terminal': {
    responseCode: '63',
    text: "the key serial number of the PIN block is not this terminal's",
  },
  'ksn-impossible': {
    responseCode: '63',
    text: 'the key serial number of the PIN block has a counter that no PIN pad makes',
  },
  'ksn-replayed': {
    responseCode: '63',
    text: 'the key serial number of the PIN block does not increase: a replayed PIN block',
  },
  'ksn-used-up': {
    responseCode: '58',
    text: 'the PIN pad of this terminal has used up its keys: it needs a new initial key',
  },
} as const satisfies Readonly<Record<string, SecurityRefusal>>;

export type SecurityRefusalName = keyof typeof SECURITY_REFUSALS;

export const REFUSAL_OF_KEY_SERIAL: Readonly<Record<KeySerialProblem, SecurityRefusalName>> = {
  'no-key': 'ksn-no-key',
  'other-terminal': 'ksn-other-terminal',
  impossible: 'ksn-impossible',
};
