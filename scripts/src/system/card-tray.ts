import type { IssuerSecurityModule } from '@kassa/banks';
import {
  type Card,
  type CardData,
  type CardProfile,
  type CardState,
  createCard,
  createTestAuthority,
  deriveUdk,
  NEW_CARD_STATE,
  personalise,
  type TestIssuer,
} from '@kassa/emv';
import type { CardFixture, Fixtures } from '@kassa/fixtures';
import { createGroupCommit, openDatabase } from '@kassa/storage';
import type { CardTray, PresentedCard } from '@kassa/terminal';

const MIGRATIONS = [
  'CREATE TABLE cards (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;',
] as const;

/** INS of GENERATE AC (EMV 4.4 Book 3, 6.5.5). */
const GENERATE_AC = 0xae;

export interface OpenCardTray extends CardTray {
  close(): Promise<void>;
}

/**
 * The emulated cards. What a card must not forget – its transaction counter above all – is on disk before its answer is
 * handed out; what makes it this card comes from the fixtures and stays in memory.
 */
export function openCardTray(
  path: string,
  fixtures: Fixtures,
  issuers: ReadonlyMap<string, IssuerSecurityModule>,
): OpenCardTray {
  const db = openDatabase(path, {
    application: 'cards',
    schemaVersion: MIGRATIONS.length,
    migrations: MIGRATIONS,
  });
  const commit = createGroupCommit(db);
  const read = db.prepare<[string], { state: string }>('SELECT state FROM cards WHERE id = ?');
  const write = db.prepare(
    'INSERT INTO cards VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
  );
  const authority = createTestAuthority(fixtures.authority.seed);
  const testIssuers = new Map<string, TestIssuer>();
  const testIssuer = ({ pan }: CardFixture): TestIssuer => {
    const identifier = pan.slice(0, 6);
    const known = testIssuers.get(identifier) ?? authority.issuer(identifier);
    testIssuers.set(identifier, known);
    return known;
  };
  const cards = new Map(fixtures.cards.map((fixture) => [fixture.id, fixture]));
  const profiles = new Map<string, CardProfile>();

  const taps = new Map<string, number>();
  const insert = (
    fixture: CardFixture,
    issuer: IssuerSecurityModule,
    entry: 'chip' | 'tap',
  ): PresentedCard => {
    const { id, chip } = fixture;
    if (chip === 'dead') return { entry, name: id, transmit: async () => new Uint8Array() };
    const profile = profiles.get(id) ?? personaliseFixture(fixture, fixtures, issuer, testIssuer(fixture));
    profiles.set(id, profile);
    const stored = read.get(id)?.state;
    const remembered: Partial<CardState> = stored === undefined ? stateOf(fixture) : JSON.parse(stored);
    const card = createCard(profile, remembered, entry === 'chip' ? 'contact' : 'contactless');
    const remember = (state: CardState) => commit.run(() => void write.run(id, JSON.stringify(state)));
    const tap = (taps.get(id) ?? 0) + 1;
    taps.set(id, tap);
    const leaves = chip === 'leaves-early' && entry === 'tap' && tap % 2 === 1;
    return {
      entry,
      name: id,
      async transmit(command) {
        const response = await transmit(card, command, remember);
        // It has made its cryptogram, and nobody hears it.
        return leaves && command[1] === GENERATE_AC ? null : response;
      },
    };
  };
  return {
    present(cardId, entry) {
      const fixture = cards.get(cardId);
      const issuer = fixture && issuers.get(fixture.bank);
      if (!fixture || !issuer) return undefined;
      const card: PresentedCard =
        entry !== 'swipe'
          ? insert(fixture, issuer, entry)
          : { entry: 'swipe', name: fixture.id, track2: stripeOf(fixture, issuer) };
      return { card, pin: fixture.pin };
    },
    async close() {
      await commit.drain();
      db.close();
    },
  };
}

async function transmit(
  card: Card,
  command: Uint8Array,
  remember: (state: CardState) => Promise<void>,
): Promise<Uint8Array> {
  const before = card.state;
  const response = card.transmit(command);
  if (card.state !== before) await remember(card.state);
  return response;
}

/** Discretionary data of track 2: PVKI, PVV (not on the stripe here: the bank keeps it), CVV. */
const NO_PVV = '00000';

function personaliseFixture(
  fixture: CardFixture,
  fixtures: Fixtures,
  issuer: IssuerSecurityModule,
  testIssuer: TestIssuer,
): CardProfile {
  const { pan, psn, expiry, effective, serviceCode, cardholderName, scheme } = fixture;
  const [given = '', ...surname] = cardholderName.split(' ');
  return personalise({
    scheme,
    pan,
    psn,
    expiry,
    effective,
    cardholderName: `${surname.join(' ')}/${given}`,
    serviceCode,
    language: 'kkruen',
    cvmList: fixture.cvm,
    udk:
      fixture.masterKey === 'issuer'
        ? issuer.cardKey(pan, psn)
        : deriveUdk(fixtures.keys.wrongImkAc, pan, psn),
    keyIndex: 1,
    pin: fixture.pin,
    issuerCountry: fixture.issuerCountry,
    currency: fixture.currency,
    distrustsIssuer: fixture.distrustsIssuer,
    ...(fixture.label === undefined ? {} : { label: fixture.label }),
    ...(fixture.usage === undefined ? {} : { usageControl: fixture.usage }),
    ...(fixture.cryptogramVersion === undefined ? {} : { cryptogramVersion: fixture.cryptogramVersion }),
    ...authenticationOf(fixture, testIssuer),
    ...contactlessOf(fixture),
    track2Discretionary: NO_PVV + issuer.chipVerificationValue(pan, expiry),
  });
}

function authenticationOf(
  { authentication }: CardFixture,
  issuer: TestIssuer,
): Pick<CardData, 'authentication'> {
  if (authentication === 'none') return {};
  if (authentication === 'cda-wrong')
    return { authentication: { method: 'cda', issuer, wrongSignatures: true } };
  return { authentication: { method: authentication, issuer } };
}

function contactlessOf({ contactless, cvm }: CardFixture): Pick<CardData, 'contactless'> {
  switch (contactless) {
    case 'none':
      return {};
    case 'phone':
      return { contactless: { device: 'phone', verification: 'device' } };
    case 'card':
    case 'refuses':
      // A PIN a card verifies itself cannot be given over the air: the bank verifies it.
      return {
        contactless: {
          device: 'card',
          verification: cvm === 'signature' ? 'signature' : cvm === 'no-cvm' ? 'none' : 'online-pin',
          refuses: contactless === 'refuses',
        },
      };
  }
}

/** What a fixture's card remembers before it is used for the first time. */
function stateOf({ cardState }: CardFixture): Partial<CardState> {
  const {
    pinTriesLeft = NEW_CARD_STATE.pinTriesLeft,
    applicationBlocked = false,
    cardBlocked = false,
  } = cardState;
  return { pinTriesLeft, applicationBlocked, cardBlocked };
}

/** Track 2 as a stripe reader gives it (ISO/IEC 7813). */
function stripeOf(fixture: CardFixture, issuer: IssuerSecurityModule): string {
  const { pan, expiry, serviceCode } = fixture;
  return `;${pan}=${expiry}${serviceCode}${NO_PVV}${issuer.stripeVerificationValue(pan, expiry, serviceCode)}?`;
}
