import { createRequire } from 'node:module';
import { compileDialect, type Dialect, dialects, type Message } from '@kassa/iso8583';
import { encodeTlv, fromHex, parseTlv, type Tlv, toHex } from '@kassa/primitives';
import { alternate, type BenchRow, ratePerCpuSecond, rowOf } from './measure.ts';
import { samplePurchase } from './sample-purchase.ts';

const CALLS = { ours: 300_000, peer: 6_000, peerUnpack: 30_000 };

/** The shape of the npm package `iso_8583` as used here; it ships no types. */
interface Peer {
  new (
    data?: Record<number, string>,
  ): {
    getBufferMessage(): Uint8Array | { error: string };
    getIsoJSON(message: Uint8Array): unknown;
  };
}

/** Pack and unpack of one message, strict, against the package people find on npm. */
export async function benchCodec(): Promise<BenchRow[]> {
  const message = samplePurchase();
  const Iso8583 = createRequire(import.meta.url)('iso_8583') as Peer;
  const data = { 0: message.mti, ...message.fields };
  const peerBytes = new Iso8583(data).getBufferMessage();
  if (!(peerBytes instanceof Uint8Array)) throw new Error(`iso_8583 refuses the message: ${peerBytes.error}`);
  const peerPack = () => ratePerCpuSecond(() => void new Iso8583(data).getBufferMessage(), CALLS.peer);
  const peerUnpack = () => ratePerCpuSecond(() => void new Iso8583().getIsoJSON(peerBytes), CALLS.peerUnpack);
  const rows: BenchRow[] = [];
  for (const [label, dialect] of [
    ['ASCII', dialects.kassaAscii],
    ['BCD', dialects.kassaBcd],
  ] as const) {
    const codec = compileDialect(dialect);
    const bytes = codec.encode(message).slice();
    const indexed = { mti: message.mti, fields: byIndex(message) };
    const pack = () => ratePerCpuSecond(() => void codec.encode(indexed), CALLS.ours);
    const packObject = () => ratePerCpuSecond(() => void codec.encode(message), CALLS.ours);
    const unpack = () => ratePerCpuSecond(() => void codec.decode(bytes), CALLS.ours);
    const common = { part: 'codec', unit: 'messages per CPU-second' };
    const packed = await alternate(pack, peerPack);
    rows.push(
      rowOf({ ...common, name: `${label} pack`, referenceName: 'npm iso_8583 pack (ASCII)', ...packed }),
    );
    const fromObject = await alternate(packObject, peerPack);
    rows.push(
      rowOf({
        ...common,
        name: `${label} pack from an object`,
        referenceName: 'npm iso_8583 pack (ASCII)',
        ...fromObject,
      }),
    );
    const unpacked = await alternate(unpack, peerUnpack);
    rows.push(
      rowOf({
        ...common,
        name: `${label} unpack`,
        referenceName: 'npm iso_8583 unpack (ASCII)',
        ...unpacked,
      }),
    );
  }
  return [...rows, ...(await benchChipData(message.fields[55] ?? ''))];
}

/** Its values in an array, each at its number. */
function byIndex({ fields }: Message): (string | undefined)[] {
  const values: (string | undefined)[] = [];
  for (const [number, value] of Object.entries(fields)) values[Number(number)] = value;
  return values;
}

/** A message with DE 55 and nothing else, checked as BER-TLV: what the chip data costs. */
async function benchChipData(hex: string): Promise<BenchRow[]> {
  const dialect: Dialect = { ...dialects.kassaBcd, fields: { 55: dialects.kassaBcd.fields[55] ?? never() } };
  const codec = compileDialect(dialect);
  const message = { mti: '0200', fields: { 55: hex } };
  const bytes = codec.encode(message).slice();
  const chip = fromHex(hex);
  const objects = parseTlv(chip);
  const common = { part: 'codec', unit: 'DE 55 per CPU-second' };
  const parsed = await alternate(
    () => ratePerCpuSecond(() => void codec.decode(bytes), CALLS.ours),
    () => ratePerCpuSecond(() => void parseTlv(chip).map(shown), CALLS.peerUnpack),
  );
  const built = await alternate(
    () => ratePerCpuSecond(() => void codec.encode(message), CALLS.ours),
    () => ratePerCpuSecond(() => void written(objects), CALLS.peerUnpack),
  );
  return [
    rowOf({
      ...common,
      name: 'DE 55 parse',
      referenceName: 'an object a tag, its value in hexadecimal',
      ...parsed,
    }),
    rowOf({ ...common, name: 'DE 55 build', referenceName: 'an array a tag, joined', ...built }),
  ];
}

function shown({ tag, value }: Tlv): [tag: string, value: string] {
  return [tag, toHex(value)];
}

function written(objects: readonly Tlv[]): Uint8Array {
  return Buffer.concat(objects.map(({ tag, value }) => encodeTlv(tag, value)));
}

function never(): never {
  throw new Error("Kassa's dialects have DE 55");
}
