import { problem } from '../codec/protocol-problem.ts';

/** The four digits of a message type indicator in words. */
export interface MtiWords {
  readonly version: string;
  readonly messageClass: string;
  readonly messageFunction: string;
  readonly origin: string;
}

/** First digit. ISO 8583:1987, 4.1.1; ISO 8583:1993, 4.1.1; ISO 8583-1:2003, 4.1. */
const VERSIONS: Readonly<Record<string, string>> = {
  0: 'ISO 8583:1987',
  1: 'ISO 8583:1993',
  2: 'ISO 8583:2003',
  8: 'national use',
  9: 'private use',
};

type Digits = Readonly<Record<string, string>>;

/** What second and third digit mean in one edition. */
interface Edition {
  readonly classes: Digits;
  readonly functions: Digits;
}

const EDITION_1987: Edition = {
  classes: {
    1: 'authorization',
    2: 'financial',
    3: 'file update',
    4: 'reversal',
    5: 'reconciliation',
    6: 'administrative',
    8: 'network management',
  },
  functions: { 0: 'request', 1: 'request response', 2: 'advice', 3: 'advice response' },
};

const EDITION_1993: Edition = {
  classes: { ...EDITION_1987.classes, 3: 'file action', 7: 'fee collection' },
  functions: { ...EDITION_1987.functions, 4: 'notification' },
};

const EDITION_2003: Edition = {
  classes: EDITION_1993.classes,
  functions: {
    ...EDITION_1993.functions,
    5: 'notification acknowledgement',
    6: 'instruction',
    7: 'instruction acknowledgement',
  },
};

/** By first digit. National and private ones follow the last edition. */
const EDITIONS: Readonly<Record<string, Edition>> = { 0: EDITION_1987, 1: EDITION_1993 };

/** Fourth digit. */
const ORIGINS: Readonly<Record<string, string>> = {
  0: 'acquirer',
  1: 'acquirer, repeat',
  2: 'issuer',
  3: 'issuer, repeat',
  4: 'other',
  5: 'other, repeat',
};

const RESERVED = 'reserved';

/** @throws ProtocolError `bad-mti` when the text is not four digits. */
export function describeMti(mti: string): MtiWords {
  const [version = '', messageClass = '', messageFunction = '', origin = ''] = digits(mti);
  const { classes, functions } = EDITIONS[version] ?? EDITION_2003;
  return {
    version: VERSIONS[version] ?? RESERVED,
    messageClass: classes[messageClass] ?? RESERVED,
    messageFunction: functions[messageFunction] ?? RESERVED,
    origin: ORIGINS[origin] ?? RESERVED,
  };
}

/**
 * The message that answers this one: `0200` and its repeat `0201` give `0210`, `0420` gives `0430`.
 * @throws ProtocolError `bad-mti` for what is not answered: a response, or (before 2003) a notification.
 */
export function responseMti(mti: string): string {
  const [version = '', messageClass = '', messageFunction = '', origin = ''] = digits(mti);
  const answered = messageFunction === '0' || messageFunction === '2';
  const acknowledged = version === '2' && (messageFunction === '4' || messageFunction === '6');
  if (!answered && !acknowledged) {
    throw problem('bad-mti', '0', 0, 'a message that is answered: a request or an advice', mti);
  }
  return version + messageClass + String(Number(messageFunction) + 1) + withoutRepeat(origin);
}

/**
 * The same message sent again: `0400` gives `0401`, `0421` stays.
 * @throws ProtocolError `bad-mti` for an origin the standard reserves.
 */
export function repeatMti(mti: string): string {
  const [, , , origin = ''] = digits(mti);
  if (ORIGINS[origin] === undefined) throw problem('bad-mti', '0', 3, 'an origin from 0 to 5', origin);
  return mti.slice(0, 3) + String(Number(withoutRepeat(origin)) + 1);
}

/** Whether the third digit is odd: the message answers another. */
export function isResponse(mti: string): boolean {
  const [, , messageFunction = ''] = digits(mti);
  return Number(messageFunction) % 2 === 1;
}

/** Origins come in pairs, the odd one of each being the repeat. */
function withoutRepeat(origin: string): string {
  return String(Number(origin) & ~1);
}

function digits(mti: string): string[] {
  if (!/^\d{4}$/.test(mti)) {
    throw problem(
      'bad-mti',
      '0',
      0,
      'four digits',
      mti.length === 4 ? 'other characters' : `${mti.length} characters`,
    );
  }
  return [...mti];
}
