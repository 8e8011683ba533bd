import { isDeepStrictEqual } from 'node:util';
import { parseTlv, toHex, toLatin1 } from '@kassa/primitives';
import {
  buildConsumerObjects,
  buildPayload,
  type ConsumerObject,
  type ConsumerObjectDraft,
  crc16,
  type DataObject,
  type DataObjectDraft,
  type Finding,
  lintConsumerPayload,
  lintMerchantPayload,
  lintPayload,
  PROFILES,
  type Profile,
  profileWithGuid,
  recogniseLink,
} from '@kassa/qr';
import { type KindCount, runEach, type VectorRunner } from './vector-run.ts';

interface Vector {
  readonly id: string;
  readonly mode: string;
  readonly scheme: string;
  readonly payload: string;
  readonly decoded?: unknown;
  /** `static`, `dynamic`, `static (01 absent or other)`. */
  readonly initiation?: string | null;
  readonly crc?: { readonly in_payload: string; readonly computed: string; readonly ok: boolean };
  readonly cpv01?: boolean;
  readonly findings?: readonly string[];
}

/** A tree of decoded values by tag, in the order written. */
type Tree = readonly (readonly [tag: string, value: string | Tree])[];

/** What a scheme of the vectors is called here. */
const PROFILE_OF: readonly (readonly [RegExp, string])[] = [
  [/^proposed KZ/, 'kz'],
  [/^PIX/, 'pix'],
  [/^VietQR/, 'vietqr'],
  [/^KHQR/, 'khqr'],
  [/^QRIS/, 'qris'],
  [/^SGQR/, 'sgqr'],
  [/^PromptPay/, 'promptpay'],
  [/^JPQR/, 'jpqr'],
  [/^BharatQR/, 'bharatqr'],
];

/**
 * Payloads of `qr.json`. A merchant-presented one is taken apart, its CRC calculated, its findings compared and written
 * again to the same text; a consumer-presented one likewise; of a link the issuer is named.
 */
export const runQr: VectorRunner = (text) => {
  const { vectors } = JSON.parse(text) as { readonly vectors: readonly Vector[] };
  const passed = new Map<string, number>();
  const run = runEach(
    vectors,
    ({ id }) => id,
    (vector) => {
      const check = CHECKS[vector.mode];
      if (check === undefined) throw new Error(`nothing here reads mode ${vector.mode}`);
      check(vector);
      passed.set(kindOf(vector), (passed.get(kindOf(vector)) ?? 0) + 1);
    },
  );
  const totals = new Map<string, number>();
  for (const vector of vectors) totals.set(kindOf(vector), (totals.get(kindOf(vector)) ?? 0) + 1);
  const kinds: KindCount[] = [...totals]
    .map(([kind, total]) => ({ kind, passed: passed.get(kind) ?? 0, total }))
    .sort((left, right) => (left.kind < right.kind ? -1 : 1));
  return { ...run, kinds };
};

const CHECKS: Readonly<Record<string, (vector: Vector) => void>> = {
  MPM: checkMerchant,
  CPM: checkConsumer,
  URI: checkLink,
};

function kindOf(vector: Vector): string {
  return `${vector.mode} ${isRefused(vector) ? 'to be refused' : 'to be read'}`;
}

function isRefused({ scheme, decoded, mode }: Vector): boolean {
  return scheme === 'negative' || (mode === 'CPM' && decoded === null);
}

function checkMerchant(vector: Vector): void {
  const { payload, decoded, crc, initiation, findings: expected = [] } = vector;
  if (decoded === undefined || crc === undefined) throw new Error('has no decoded fields or no CRC');
  const strict = lintMerchantPayload(payload, 'strict');
  const tolerant = lintMerchantPayload(payload, 'tolerant');
  same('computed CRC', crc16(payload.slice(0, -4)), crc.computed);
  same('CRC as written', payload.slice(-4), crc.in_payload);
  same('an error at level tolerant', !tolerant.isValid, isRefused(vector) || !(crc.ok || isLowerCase(crc)));
  if (!crc.ok) same('an error at level strict', strict.isValid, false);
  checkFindings(strict.findings, expected);
  if (expected.some((line) => line.includes('declares'))) return;
  const isWrongCrc = tolerant.findings.some(({ rule }) => rule === 'crc-mismatch');
  same('a finding about the CRC', isWrongCrc, crc.computed !== crc.in_payload.toUpperCase());
  const tree = treeOf(strict.objects);
  sameTree(tree, decoded);
  const method = tree.find(([tag]) => tag === '01')?.[1];
  same('initiation', method === '12' ? 'dynamic' : 'static', initiation?.split(' ')[0]);
  checkRewriting(vector, strict.objects);
  checkProfile(vector);
}

/** Only the case of its digits is wrong. */
function isLowerCase(crc: { readonly in_payload: string; readonly computed: string }): boolean {
  return crc.in_payload.toUpperCase() === crc.computed;
}

/** `mandatory tag missing: 60`, `tag 30 declares 42, has 3`: each of them found here, and none of those missing there. */
function checkFindings(found: readonly Finding[], expected: readonly string[]): void {
  const missing = found
    .filter(({ rule, path }) => (rule === 'missing' || rule === 'missing-currency') && !path.includes('.'))
    .map(({ path }) => `mandatory tag missing: ${path}`);
  const truncated = found
    .filter(({ rule }) => rule === 'truncated')
    .map(
      ({ path, expected: due, found: left }) =>
        `tag ${path} declares ${parseInt(due, 10)}, has ${parseInt(left, 10)}`,
    );
  same('findings', [...missing, ...truncated], expected);
}

/** Without its CRC, written again by the rules alone; what has to be refused is not written at all. */
function checkRewriting(vector: Vector, objects: readonly DataObject[]): void {
  const { payload, crc } = vector;
  if (isRefused(vector)) return;
  const drafts = objects.filter(({ tag }) => tag !== '63').map(draftOf);
  same('written again', buildPayload(drafts, 'tolerant'), payload.slice(0, -4) + (crc?.computed ?? ''));
}

function draftOf({ tag, value, objects }: DataObject): DataObjectDraft {
  return { tag, value: objects ? objects.map(draftOf) : value };
}

/** A scheme with a profile is known by its content, whatever profile is named. */
function checkProfile({ scheme, payload }: Vector): void {
  const id = PROFILE_OF.find(([pattern]) => pattern.test(scheme))?.[1];
  if (id === undefined) return;
  const { profile } = lintPayload(payload, { level: 'national', profiles: profilesFor(payload) });
  same('profile', profile?.id, id);
}

/** The identifier of Kazakhstan's template is a setting: here that of the payload. */
function profilesFor(payload: string): readonly Profile[] {
  const guid = /^0002010102..26..00(\d\d)(.*)$/.exec(payload);
  const name = guid?.[2]?.slice(0, Number(guid[1]));
  return PROFILES.map((profile) =>
    profile.id === 'kz' && name?.startsWith('kz.') ? profileWithGuid(profile, name) : profile,
  );
}

function checkConsumer(vector: Vector): void {
  const { payload, decoded, cpv01 = false, scheme } = vector;
  const strict = lintConsumerPayload(payload, 'strict');
  const tolerant = lintConsumerPayload(payload, 'tolerant');
  if (decoded === undefined) throw new Error('has no decoded fields');
  same('readable', tolerant.isValid, decoded !== null);
  if (decoded === null) {
    same('where it breaks', strict.findings.find(({ severity }) => severity === 'error')?.path, '61');
    const qris = PROFILES.find(({ id }) => id === 'qris');
    const quirk = lintConsumerPayload(payload, 'national', qris);
    same('read as its scheme does', quirk.isValid, scheme.startsWith('QRIS'));
    return;
  }
  same('version', cpv01, toLatin1(strict.objects[0]?.value ?? new Uint8Array()) === 'CPV01');
  sameConsumer(strict.objects, decoded);
  same('written again', buildConsumerObjects(strict.objects.map(consumerDraft), 'tolerant'), payload);
}

function consumerDraft({ tag, value, objects }: ConsumerObject): ConsumerObjectDraft {
  return { tag, value: objects ? objects.map(consumerDraft) : toHex(value) };
}

interface DecodedObject {
  readonly tag: string;
  readonly len: number;
  readonly value: string | readonly DecodedObject[];
  readonly text?: string;
  readonly value_parsed_as_tlv?: readonly DecodedObject[];
}

/** Tags, lengths and values; the names in the vectors are their decoder's own. */
function sameConsumer(found: readonly ConsumerObject[], decoded: unknown): void {
  const expected = decoded as readonly DecodedObject[];
  same(
    'tags',
    found.map(({ tag }) => tag),
    expected.map(({ tag }) => tag),
  );
  for (const [index, { tag, value, objects }] of found.entries()) {
    const other = expected[index];
    same(`length of ${tag}`, value.length, other?.len);
    const inner = other?.value_parsed_as_tlv ?? (typeof other?.value === 'string' ? undefined : other?.value);
    if (typeof other?.value === 'string') same(`value of ${tag}`, toHex(value), other.value);
    if (other?.text !== undefined) same(`text of ${tag}`, toLatin1(value), other.text);
    if (inner) sameConsumer(objects ?? parseTlv(value).map((object) => ({ ...object })), inner);
  }
}

function checkLink({ payload, scheme }: Vector): void {
  const link = recogniseLink(payload);
  const issuer = scheme.split(' ')[0];
  same('issuer', link?.name.split(/[ ,]/)[0], issuer);
  const report = lintPayload(payload, { level: 'strict' });
  same('mode', report.mode, 'link');
}

function treeOf(objects: readonly DataObject[]): Tree {
  return objects.map(({ tag, value, objects: inner }) => [tag, inner ? treeOf(inner) : value]);
}

/** Names in the vectors are `54 transaction_amount`; templates that they keep as text are compared as text. */
function sameTree(found: Tree, expected: unknown): void {
  const rows = Object.entries(expected as Readonly<Record<string, unknown>>).map(
    ([name, value]) => [name.slice(0, 2), value] as const,
  );
  const tags = (list: readonly (readonly [string, unknown])[]) => list.map(([tag]) => tag).sort();
  same('tags', tags(found), tags(rows));
  for (const [tag, value] of found) {
    const other = rows.find(([name]) => name === tag)?.[1];
    if (typeof value === 'string') same(`value of ${tag}`, value, other);
    else if (typeof other === 'string') same(`text of ${tag}`, textOf(value), other);
    else sameTree(value, other);
  }
}

function textOf(tree: Tree): string {
  return tree
    .map(([tag, value]) => {
      const text = typeof value === 'string' ? value : textOf(value);
      return `${tag}${String([...text].length).padStart(2, '0')}${text}`;
    })
    .join('');
}

/** Says what differs, never how: vectors carry card numbers. */
function same(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) throw new Error(`${what}: differs`);
}
