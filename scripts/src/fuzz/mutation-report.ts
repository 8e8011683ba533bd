import { compileDialect, type Dialect, dialects } from '@kassa/iso8583';
import { changeBytes, extend, truncate } from './mutate.ts';
import { randomPurchase } from './random-message.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

export interface MutationRow {
  readonly dialect: string;
  readonly messages: number;
  readonly truncatedAccepted: number;
  readonly extendedAccepted: number;
  readonly changedDetected: number;
}

const DIALECTS: readonly Dialect[] = [
  dialects.kassaAscii,
  dialects.iso1987Ascii,
  dialects.kassaBcd,
  dialects.iso1987Bcd,
];

/** Purchases of each dialect, each cut short, with more behind it, and with one to three bytes changed. */
export function measureMutations(seed: number, messages: number): MutationRow[] {
  return DIALECTS.map((dialect) => {
    const random = seededRandom(seed);
    const codec = compileDialect(dialect);
    const accepted = { truncated: 0, extended: 0, changed: 0 };
    const isAccepted = (bytes: Uint8Array): number => (codec.inspect(bytes).error === null ? 1 : 0);
    for (let count = 0; count < messages; count++) {
      const bytes = codec.encode(withChip(random, dialect));
      accepted.truncated += isAccepted(truncate(random, bytes));
      accepted.extended += isAccepted(extend(random, bytes));
      accepted.changed += isAccepted(changeBytes(random, bytes));
    }
    return {
      dialect: dialect.name,
      messages,
      truncatedAccepted: accepted.truncated,
      extendedAccepted: accepted.extended,
      changedDetected: messages - accepted.changed,
    };
  });
}

/** DE 55 where the dialect has it as BER-TLV. */
function withChip(random: SeededRandom, dialect: Dialect) {
  const purchase = randomPurchase(random);
  if (dialect.fields[55]?.inner !== 'ber-tlv') return purchase;
  const chip = '9F2608A1B2C3D4E5F607189F2701809F3704DEADBEEF9F36020007950500000480009A03261123';
  return { mti: purchase.mti, fields: { ...purchase.fields, 55: chip } };
}

/** The report as a page of `docs/`. */
export function mutationReport(rows: readonly MutationRow[], seed: number): string {
  const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`;
  const lines = rows.map(
    ({ dialect, messages, truncatedAccepted, extendedAccepted, changedDetected }) =>
      `| \`${dialect}\` | ${messages} | ${truncatedAccepted} | ${extendedAccepted} | ${percent(changedDetected, messages)} |`,
  );
  return `# Mutated ISO 8583 messages

What the codec notices of messages that were damaged on the way. Each row is so many purchases (0200 with 21 or 22
elements, DE 55 among them where the dialect has it as BER-TLV), each once cut short, once with one to sixteen bytes
more behind it, and once with one to three bytes changed to any other value.

| dialect | messages | cut short, accepted | extended, accepted | changed, detected |
|---|---|---|---|---|
${lines.join('\n')}

A changed byte that is not detected is one that says something else and says it properly: a digit for a digit, or in a
binary element anything. In BCD most bytes are such. A MAC detects them all.

Written by \`npm run fuzz -- --seed ${seed} --report\`.
`;
}
