/** What a key of one type is, as its key block says it (ANSI X9.143-2022, tables of usages, algorithms and modes). */
export interface KeyTypeDefinition {
  readonly usage: string;
  readonly algorithm: 'T' | 'H';
  readonly modeOfUse: string;
  /** E: may leave under a key-exchange key; N: never leaves. */
  readonly exportability: 'E' | 'N';
  readonly bytes: number;
  /** For lists and refusals: "… is a key for …". */
  readonly says: string;
}

/** Every type of key a security module holds; an operation takes one type and no other. */
export const KEY_TYPES = {
  'base-derivation': {
    usage: 'B0',
    algorithm: 'T',
    modeOfUse: 'X',
    exportability: 'N',
    bytes: 16,
    says: 'deriving initial keys of terminals (DUKPT)',
  },
  'terminal-initial': {
    usage: 'B1',
    algorithm: 'T',
    modeOfUse: 'X',
    exportability: 'E',
    bytes: 16,
    says: 'PIN blocks of one terminal (DUKPT)',
  },
  mac: {
    usage: 'M3',
    algorithm: 'T',
    modeOfUse: 'C',
    exportability: 'E',
    bytes: 16,
    says: 'message authentication codes',
  },
  'key-exchange': {
    usage: 'K1',
    algorithm: 'T',
    modeOfUse: 'B',
    exportability: 'N',
    bytes: 16,
    says: 'wrapping other keys (TR-31)',
  },
  'zone-pin': {
    usage: 'P0',
    algorithm: 'T',
    modeOfUse: 'B',
    exportability: 'E',
    bytes: 16,
    says: 'PIN blocks between acquirer and bank',
  },
  'issuer-master': {
    usage: 'E0',
    algorithm: 'T',
    modeOfUse: 'X',
    exportability: 'N',
    bytes: 16,
    says: 'card cryptograms',
  },
  'card-verification': {
    usage: 'C0',
    algorithm: 'T',
    modeOfUse: 'C',
    exportability: 'N',
    bytes: 16,
    says: 'card verification values (CVV, iCVV)',
  },
  'pin-verification-visa': {
    usage: 'V2',
    algorithm: 'T',
    modeOfUse: 'C',
    exportability: 'N',
    bytes: 16,
    says: 'PIN verification values (PVV)',
  },
  'pin-verification-ibm3624': {
    usage: 'V1',
    algorithm: 'T',
    modeOfUse: 'C',
    exportability: 'N',
    bytes: 16,
    says: 'PIN offsets (IBM 3624)',
  },
  'card-index': {
    usage: 'M7',
    algorithm: 'H',
    modeOfUse: 'C',
    exportability: 'N',
    bytes: 32,
    says: 'the index a bank knows its cards by (HMAC)',
  },
} as const satisfies Readonly<Record<string, KeyTypeDefinition>>;

export type KeyType = keyof typeof KEY_TYPES;

/** The type a key block header stands for; undefined for a usage no operation here takes. */
export function keyTypeOf(header: {
  readonly usage: string;
  readonly algorithm: string;
  readonly modeOfUse: string;
}): KeyType | undefined {
  for (const type of Object.keys(KEY_TYPES) as KeyType[]) {
    const { usage, algorithm, modeOfUse } = KEY_TYPES[type];
    if (header.usage === usage && header.algorithm === algorithm && header.modeOfUse === modeOfUse)
      return type;
  }
  return undefined;
}
