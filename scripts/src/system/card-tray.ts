import type { IssuerSecurityModule } from '@kassa/banks';
import {
  type Card,
  type CardProfile,
  type CardState,
  createCard,
  deriveUdk,
  NEW_CARD_STATE,
  personalise,
} from '@kassa/emv';
import type { CardFixture, Fixtures } from '@kassa/fixtures';
import { createGroupCommit, openDatabase } from '@kassa/storage';
import type { CardTray, PresentedCard } from '@kassa/terminal';

const MIGRATIONS = [
  'CREATE TABLE cards (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;',
] as const;

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
  const cards = new Map(fixtures.cards.map((fixture) => [fixture.id, fixture]));
  const profiles = new Map<string, CardProfile>();

  const insert = (fixture: CardFixture, issuer: IssuerSecurityModule): PresentedCard => {
    const profile = profiles.get(fixture.id) ?? personaliseFixture(fixture, fixtures, issuer);
    profiles.set(fixture.id, profile);
    const stored = read.get(fixture.id)?.state;
    const card = createCard(profile, stored === undefined ? NEW_CARD_STATE : JSON.parse(stored));
    const remember = (state: CardState) =>
      commit.run(() => void write.run(fixture.id, JSON.stringify(state)));
    return { entry: 'chip', name: fixture.id, transmit: (command) => transmit(card, command, remember) };
  };
  return {
    present(cardId, entry) {
      const fixture = cards.get(cardId);
      const issuer = fixture && issuers.get(fixture.bank);
      if (!fixture || !issuer) return undefined;
      const card: PresentedCard =
        entry === 'chip'
          ? insert(fixture, issuer)
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
    track2Discretionary: NO_PVV + issuer.chipVerificationValue(pan, expiry),
  });
}

/** Track 2 as a stripe reader gives it (ISO/IEC 7813). */
function stripeOf(fixture: CardFixture, issuer: IssuerSecurityModule): string {
  const { pan, expiry, serviceCode } = fixture;
  return `;${pan}=${expiry}${serviceCode}${NO_PVV}${issuer.stripeVerificationValue(pan, expiry, serviceCode)}?`;
}
