import {
  asList,
  asRecord,
  booleanAt,
  type JsonRecord,
  listAt,
  oneOfAt,
  recordAt,
  ShapeError,
  textAt,
  textOrNullAt,
} from '../json-reader.ts';
import {
  type Books,
  PROMPTS,
  SCREEN_STATES,
  type Screen,
  SETTLEMENTS,
  type Terminal,
  type TestCard,
} from './api-types.ts';

/** @throws ShapeError when it is not the data of `terminal.screen-changed`. */
export function decodeScreen(record: JsonRecord): Screen {
  const lines = record.lines;
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'string')) {
    throw new ShapeError('"lines" is not a list of texts');
  }
  return {
    state: oneOfAt(record, 'state', SCREEN_STATES),
    title: textAt(record, 'title'),
    lines,
    prompt: textOrNullAt(record, 'prompt') === null ? null : oneOfAt(record, 'prompt', PROMPTS),
    amount: textOrNullAt(record, 'amount'),
  };
}

/** `GET /v1/terminals`. @throws ShapeError */
export function decodeTerminals(body: unknown): readonly Terminal[] {
  return asList(body, 'the list of terminals', (record) => {
    const merchant = recordAt(record, 'merchant');
    return {
      id: textAt(record, 'id'),
      merchant: {
        id: textAt(merchant, 'id'),
        name: textAt(merchant, 'name'),
        city: textAt(merchant, 'city'),
        settle: oneOfAt(merchant, 'settle', SETTLEMENTS),
      },
      dialect: textAt(record, 'dialect'),
      online: booleanAt(record, 'online'),
      screen: decodeScreen(recordAt(record, 'screen')),
    };
  });
}

/** `GET /v1/cards`. @throws ShapeError */
export function decodeCards(body: unknown): readonly TestCard[] {
  return asList(body, 'the list of cards', (record) => ({
    id: textAt(record, 'id'),
    bank: textAt(record, 'bank'),
    bankName: textAt(record, 'bankName'),
    scheme: textAt(record, 'scheme'),
    name: textAt(record, 'name'),
    lastFour: textAt(record, 'lastFour'),
    expiry: textAt(record, 'expiry'),
    pin: textAt(record, 'pin'),
    says: textAt(record, 'says'),
  }));
}

/** `GET /v1/books`. @throws ShapeError */
export function decodeBooks(body: unknown): Books {
  const record = asRecord(body, 'the books');
  return {
    issued: textAt(record, 'issued'),
    redeemed: textAt(record, 'redeemed'),
    wallets: textAt(record, 'wallets'),
    held: textAt(record, 'held'),
    offline: textAt(record, 'offline'),
    nonCash: textAt(record, 'nonCash'),
    balanced: booleanAt(record, 'balanced'),
    merchants: listAt(record, 'merchants', (merchant) => ({
      id: textAt(merchant, 'id'),
      name: textAt(merchant, 'name'),
      digital: textAt(merchant, 'digital'),
      nonCash: textAt(merchant, 'nonCash'),
    })),
  };
}
