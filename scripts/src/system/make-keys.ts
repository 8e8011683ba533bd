import { randomBytes } from 'node:crypto';
import { ACQUIRER_KEYS, ISSUER_KEYS, KEY_TYPES, type KeyType, type SecurityModule } from '@kassa/banks';
import { keyCheckValue, withOddParity } from '@kassa/emv';
import type { Fixtures } from '@kassa/fixtures';
import { assert, fromHex, toHex } from '@kassa/primitives';
import type { SystemKeys } from './system-keys.ts';
import { TERMINAL_KEYS } from './terminal-security.ts';

/**
 * `published`: the test keys of fixtures/data/keys.json, so that anyone can check any message. `random`: keys that nobody
 * knows.
 */
export type KeySource = 'published' | 'random';

/** Where the keys of a directory come from, as its base derivation key tells; undefined where it has none. */
export function keySourceOf(keys: SystemKeys, fixtures: Fixtures): KeySource | undefined {
  if (!keys.acquirer.has(ACQUIRER_KEYS.base)) return undefined;
  const published = toHex(keyCheckValue(fixtures.keys.acquirer.bdk));
  return keys.acquirer.describe(ACQUIRER_KEYS.base).checkValue === published ? 'published' : 'random';
}

/** Makes whatever key is missing and injects every terminal; what is there stays as it is. */
export function makeKeys(keys: SystemKeys, fixtures: Fixtures, wanted: KeySource): void {
  const source = keySourceOf(keys, fixtures) ?? wanted;
  const { acquirer } = keys;
  const published = source === 'published';
  const make = makerOf(published);
  make(acquirer, ACQUIRER_KEYS.base, 'base-derivation', fixtures.keys.acquirer.bdk);
  for (const { id } of fixtures.banks) {
    const clear = fixtures.keys.banks[id];
    assert(clear !== undefined, `fixtures hold no keys for bank ${id}`);
    const bank = keys.bank(id);
    make(bank, ISSUER_KEYS.master, 'issuer-master', clear.imkAc);
    make(bank, ISSUER_KEYS.cardVerification, 'card-verification', clear.cvk);
    make(bank, ISSUER_KEYS.pinVerification, 'pin-verification-visa', clear.pvk);
    make(bank, ISSUER_KEYS.cardIndex, 'card-index', clear.indexKey);
    make(bank, ISSUER_KEYS.zonePin, 'zone-pin', clear.zonePinKey);
    const exchange = ACQUIRER_KEYS.zoneExchange(id);
    share([acquirer, exchange], [bank, ISSUER_KEYS.zoneExchange], undefined);
    const zonePin = ACQUIRER_KEYS.zonePin(id);
    send([bank, ISSUER_KEYS.zonePin, ISSUER_KEYS.zoneExchange], [acquirer, zonePin, exchange], 'zone-pin');
  }
  for (const { id } of fixtures.terminals) injectTerminal(keys, fixtures, id);
}

/** Gives a terminal the keys it lacks: initial key, MAC key, key-exchange key. */
export function injectTerminal(keys: SystemKeys, fixtures: Fixtures, id: string): void {
  const clear = fixtures.keys.terminals[id];
  assert(clear !== undefined, `fixtures hold no keys for terminal ${id}`);
  const published = keySourceOf(keys, fixtures) === 'published';
  const { acquirer } = keys;
  const names = ACQUIRER_KEYS.terminal(id);
  if (!acquirer.has(names.initial))
    acquirer.deriveTerminalKey(names.initial, ACQUIRER_KEYS.base, clear.initialKsn);
  makerOf(published)(acquirer, names.mac, 'mac', clear.macKey, FIRST_VERSION);
  const terminal = keys.terminal(id);
  share(
    [acquirer, names.exchange],
    [terminal, TERMINAL_KEYS.exchange],
    published ? clear.exchangeKey : undefined,
  );
  const { initial, mac, exchange } = TERMINAL_KEYS;
  send([acquirer, names.initial, names.exchange], [terminal, initial, exchange], 'terminal-initial');
  send([acquirer, names.mac, names.exchange], [terminal, mac, exchange], 'mac');
}

/**
 * New keys for a terminal that has some: another initial key, of the next key set, and another MAC and key-exchange key.
 * What is cut off in the middle is done by doing it again.
 */
export function injectAnew(keys: SystemKeys, id: string): void {
  const { acquirer } = keys;
  const terminal = keys.terminal(id);
  const names = ACQUIRER_KEYS.terminal(id);
  const { keySerial } = acquirer.describe(names.initial);
  assert(keySerial !== null, 'an initial key carries its serial number');
  const next = nextKeySet(fromHex(keySerial));
  acquirer.deleteKey(names.nextMac);
  replace(acquirer, names.initial, (name) => acquirer.deriveTerminalKey(name, ACQUIRER_KEYS.base, next));
  replace(acquirer, names.mac, (name) => acquirer.generateKey(name, 'mac', FIRST_VERSION));
  const exchangeKey = newKey('key-exchange');
  const { initial, mac, exchange } = TERMINAL_KEYS;
  replace(acquirer, names.exchange, (name) => acquirer.enterKey(name, 'key-exchange', exchangeKey));
  replace(terminal, exchange, (name) => terminal.enterKey(name, 'key-exchange', exchangeKey));
  exchangeKey.fill(0);
  replace(terminal, initial, (name) =>
    terminal.importKey(name, 'terminal-initial', acquirer.exportKey(names.initial, names.exchange), exchange),
  );
  replace(terminal, mac, (name) =>
    terminal.importKey(name, 'mac', acquirer.exportKey(names.mac, names.exchange), exchange),
  );
}

const FIRST_VERSION = { version: '01' } as const;

type Place = readonly [module: SecurityModule, name: string];

/** Enters the published key, or makes one, where there is none. */
function makerOf(published: boolean) {
  return (
    module: SecurityModule,
    name: string,
    type: KeyType,
    clear: Uint8Array,
    attributes?: { readonly version: string },
  ): void => {
    if (module.has(name)) return;
    if (published) module.enterKey(name, type, clear, attributes);
    else module.generateKey(name, type, attributes);
  };
}

/** One key-exchange key in two places, entered at both as two custodians would. A half of a pair is made anew. */
function share(one: Place, other: Place, clear: Uint8Array | undefined): void {
  const checkValues = [one, other].map(([module, name]) =>
    module.has(name) ? module.describe(name).checkValue : undefined,
  );
  if (checkValues[0] !== undefined && checkValues[0] === checkValues[1]) return;
  const key = clear ?? newKey('key-exchange');
  for (const [module, name] of [one, other])
    replace(module, name, (at) => module.enterKey(at, 'key-exchange', key));
  if (clear === undefined) key.fill(0);
}

/** Brings a key over as a TR-31 block where it is missing. */
function send(
  [from, name, fromExchange]: readonly [SecurityModule, string, string],
  [to, newName, toExchange]: readonly [SecurityModule, string, string],
  type: KeyType,
): void {
  if (to.has(newName)) return;
  to.importKey(newName, type, from.exportKey(name, fromExchange), toExchange);
}

/** Makes a key beside the one of that name, then puts it in its place. */
function replace(module: SecurityModule, name: string, make: (name: string) => unknown): void {
  const beside = `${name}-new`;
  module.deleteKey(beside);
  make(module.has(name) ? beside : name);
  if (module.has(beside)) module.replaceKey(name, beside);
}

function newKey(type: KeyType): Uint8Array {
  return withOddParity(randomBytes(KEY_TYPES[type].bytes));
}

/** ANSI X9.24-1: the left five bytes name the key set; the device keeps its number. */
function nextKeySet(keySerial: Uint8Array): Uint8Array {
  const next = Uint8Array.from(keySerial);
  for (let index = 4; index >= 0; index--) {
    next[index] = ((next[index] ?? 0) + 1) & 0xff;
    if (next[index] !== 0) break;
  }
  return next;
}
