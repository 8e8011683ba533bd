import { isConstructed, maskPan, ProtocolError, readTag, readTlv, type Tlv, toHex } from '@kassa/primitives';
import type { TagScheme } from './contactless-tags.ts';
import { describeValue } from './describe-value.ts';
import { type DolEntry, parseDol } from './dol.ts';
import type { Language } from './language.ts';
import { tagDefinitions, tagName } from './tag-names.ts';
import type { TagFormat, TagMask, TagSource } from './tags.ts';

/** A line of a data object list or of a tag list inside a value. */
export interface DescribedListEntry {
  readonly tag: string;
  readonly name: string;
  /** Bytes asked for; null in a tag list, which asks for none. */
  readonly length: number | null;
}

/** One data object explained. */
export interface DescribedTlv {
  readonly tag: string;
  readonly name: string;
  /** null for a tag nobody defines, or schemes define differently while the scheme is not known. */
  readonly format: TagFormat | null;
  readonly source: TagSource | null;
  /** Of the tag's first byte, from the start of the input. */
  readonly offset: number;
  /** Length of the value in bytes. */
  readonly length: number;
  /** Hexadecimal, or its mask; null for a template, whose value is its children. */
  readonly value: string | null;
  readonly isMasked: boolean;
  /** What the value says, one line a fact; empty where it is masked. */
  readonly words: readonly string[];
  readonly list: readonly DescribedListEntry[];
  readonly children: readonly DescribedTlv[];
}

export interface DescribedTlvs {
  readonly objects: readonly DescribedTlv[];
  /** Why reading stopped; its offset counts from the start of the input. */
  readonly error: ProtocolError | null;
}

export interface DescribeTlvOptions {
  readonly language?: Language;
  /** Whose meaning a tag has; without it the application identifier in the input tells. */
  readonly scheme?: TagScheme;
  /** Shows what is masked. */
  readonly isRevealed?: boolean;
}

interface Context {
  readonly language: Language;
  readonly scheme: TagScheme | undefined;
  readonly isRevealed: boolean;
}

/** Templates in templates; EMV's own nest four deep. */
const DEPTH_MAX = 16;

/** Objects whose value is a data object list, and one that is a list of tags alone. */
const DOL_TAGS: ReadonlySet<string> = new Set(['8C', '8D', '97', '9F38', '9F49', '9F4F', 'DF811A']);
const SCHEME_DOL_TAGS: Readonly<Record<TagScheme, ReadonlySet<string>>> = {
  visa: new Set(),
  mastercard: new Set(['9F51', '9F5B', '9F69']),
};
const TAG_LISTS: ReadonlySet<string> = new Set(['9F4A', 'DF8106', 'DF8112']);

/** Explains a list of data objects as far as it can be read; never throws on its bytes. */
export function describeTlv(bytes: Uint8Array, options: DescribeTlvOptions = {}): DescribedTlvs {
  const { language = 'en', isRevealed = false } = options;
  const scheme = options.scheme ?? schemeOf(bytes, 0);
  return describeList(bytes, 0, 'tlv', 1, { language, scheme, isRevealed });
}

/** Explains the value of one tag, as {@link describeTlv} does inside a list. */
export function describeTagValue(
  tag: string,
  value: Uint8Array,
  options: DescribeTlvOptions = {},
): DescribedTlvs {
  const { language = 'en', scheme, isRevealed = false } = options;
  const { object, error } = describeOne({ tag, value, offset: 0 }, 0, 0, 'tlv', 1, {
    language,
    scheme,
    isRevealed,
  });
  return { objects: [object], error };
}

function describeList(
  bytes: Uint8Array,
  base: number,
  path: string,
  depth: number,
  context: Context,
): DescribedTlvs {
  const objects: DescribedTlv[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    // Padding between objects, as in parseTlv (EMV Book 3, annex B1).
    if (bytes[offset] === 0x00) {
      offset++;
      continue;
    }
    const read = attempt(base, () => readTlv(bytes, offset, path));
    if (read instanceof ProtocolError) return { objects, error: read };
    const valueAt = base + read.next - read.object.value.length;
    const { object, error } = describeOne(read.object, base, valueAt, path, depth, context);
    objects.push(object);
    if (error !== null) return { objects, error };
    offset = read.next;
  }
  return { objects, error: null };
}

function describeOne(
  { tag, value, offset }: Tlv,
  base: number,
  valueAt: number,
  path: string,
  depth: number,
  context: Context,
): { readonly object: DescribedTlv; readonly error: ProtocolError | null } {
  const { language, scheme, isRevealed } = context;
  const meanings = tagDefinitions(tag, scheme);
  const definition = meanings.length === 1 ? meanings[0] : undefined;
  const own = `${path}.${tag}`;
  const head = {
    tag,
    name: tagName(tag, language, scheme),
    format: definition?.format ?? null,
    source: definition?.source ?? null,
    offset: base + offset,
    length: value.length,
  };
  if (isConstructed(tag)) {
    const isTooDeep = depth >= DEPTH_MAX;
    const inner = isTooDeep
      ? { objects: [], error: tooDeep(own, valueAt) }
      : describeList(value, valueAt, own, depth + 1, context);
    const rest = { value: null, isMasked: false, words: [], list: [], children: inner.objects };
    return { object: { ...head, ...rest }, error: inner.error };
  }
  const mask = isRevealed ? null : maskOf(meanings);
  const list = mask === null ? attempt(valueAt, () => listOf(tag, value, own, context)) : [];
  const words = mask === null ? describeValue(tag, value, language, scheme) : [];
  const object = {
    ...head,
    value: mask === null ? toHex(value) : masked(mask, value),
    isMasked: mask !== null,
    words,
    list: list instanceof ProtocolError ? [] : list,
    children: [],
  };
  return { object, error: list instanceof ProtocolError ? list : null };
}

/** Fails closed: what nobody defines may be anything, what schemes define differently is hidden if either hides it. */
function maskOf(meanings: readonly { readonly mask: TagMask | null }[]): TagMask | null {
  if (meanings.length === 0) return 'hidden';
  if (meanings.length === 1) return meanings[0]?.mask ?? null;
  return meanings.some(({ mask }) => mask !== null) ? 'hidden' : null;
}

function masked(mask: TagMask, value: Uint8Array): string {
  if (mask === 'hidden') return '***';
  const digits = /^(\d*)(.*)$/.exec(toHex(value));
  const pan = maskPan(digits?.[1] ?? '');
  return mask === 'track' && pan !== '***' ? `${pan}D***` : pan;
}

function listOf(tag: string, value: Uint8Array, path: string, context: Context): DescribedListEntry[] {
  const { language, scheme } = context;
  const name = (inner: string): string => tagName(inner, language, scheme);
  const isDol = DOL_TAGS.has(tag) || (scheme !== undefined && SCHEME_DOL_TAGS[scheme].has(tag));
  if (isDol) {
    return parseDol(value, path).map((entry: DolEntry) => ({ ...entry, name: name(entry.tag) }));
  }
  const entries: DescribedListEntry[] = [];
  if (!TAG_LISTS.has(tag)) return entries;
  for (let offset = 0; offset < value.length; ) {
    const read = readTag(value, offset, path);
    entries.push({ tag: read.tag, name: name(read.tag), length: null });
    offset = read.next;
  }
  return entries;
}

/** The first application identifier anywhere in what can be read tells the scheme. */
function schemeOf(bytes: Uint8Array, depth: number): TagScheme | undefined {
  for (let offset = 0; offset < bytes.length && depth < DEPTH_MAX; ) {
    if (bytes[offset] === 0x00) {
      offset++;
      continue;
    }
    const start = offset;
    const read = attempt(0, () => readTlv(bytes, start, ''));
    if (read instanceof ProtocolError) return undefined;
    const { tag, value } = read.object;
    const inner = isConstructed(tag) ? schemeOf(value, depth + 1) : undefined;
    if (inner !== undefined) return inner;
    if (['4F', '84', '9F06'].includes(tag)) {
      const provider = toHex(value.subarray(0, 5));
      if (provider === 'A000000003') return 'visa';
      if (provider === 'A000000004') return 'mastercard';
    }
    offset = read.next;
  }
  return undefined;
}

/** The result, or the error with its offset counted from the start of the input. */
function attempt<Result>(base: number, read: () => Result): Result | ProtocolError {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, path, offset, expected, found } = error;
    return new ProtocolError({ code, path, offset: base + offset, expected, found });
  }
}

function tooDeep(path: string, offset: number): ProtocolError {
  return new ProtocolError({
    code: 'too-large',
    path,
    offset,
    expected: `templates at most ${DEPTH_MAX} deep`,
    found: 'a deeper one',
  });
}
