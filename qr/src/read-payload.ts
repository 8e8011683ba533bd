import { ProtocolError } from '@kassa/primitives';
import { valueProblem } from './check-value.ts';
import { crc16 } from './crc16.ts';
import { type DataObject, HEADER_BYTES, readObjects } from './data-object.ts';
import type { Findings } from './finding.ts';
import { CODE_BYTES_MAX, PAYLOAD_BYTES_MAX } from './limits.ts';
import type { LintRuleName } from './lint-rules.ts';
import { type ObjectRule, ROOT } from './object-rules.ts';
import { charactersOf, countOf, pathOf } from './payload-problem.ts';
import { utf8Length } from './utf8.ts';

/** The data objects of a payload, as far as it can be read, and its CRC. */
export interface ReadPayload {
  readonly objects: readonly DataObject[];
  readonly crc: DataObject | undefined;
  /** Bytes of UTF-8 up to the CRC, or to the end where there is none. */
  readonly end: number;
  /** False where reading stopped: what follows is unknown, so nothing can be missing. */
  readonly isWhole: boolean;
}

const CRC_TAG = '63';
const WHOLE = 'payload';
const STRUCTURE: Readonly<Partial<Record<ProtocolError['code'], LintRuleName>>> = {
  'bad-tlv': 'tag',
  'bad-length': 'length',
  truncated: 'truncated',
};

/**
 * Reads the structure of a merchant-presented payload: size, encoding, data objects in reading order, CRC. Templates
 * are read one level deep, and those a profile names inside an account.
 * @param nested paths of templates inside templates, like `38.01`.
 */
export function readPayload(text: string, findings: Findings, nested: ReadonlySet<string>): ReadPayload {
  if (!checkText(text, findings)) return { objects: [], crc: undefined, end: 0, isWhole: false };
  const objects: DataObject[] = [];
  let units = 0;
  try {
    for (const object of readObjects(text)) {
      units += HEADER_BYTES + object.value.length;
      objects.push(readTemplate(object, object.tag, findings, nested));
      if (object.tag !== CRC_TAG) continue;
      checkCrc(text, units, object, findings);
      return { objects, crc: object, end: object.offset, isWhole: true };
    }
  } catch (error) {
    addStructure(error, findings);
    return { objects, crc: undefined, end: utf8Length(text), isWhole: false };
  }
  const end = utf8Length(text);
  const expected = 'data object 63 last';
  findings.add('crc-missing', { path: CRC_TAG, offset: end, expected, found: 'the end' });
  return { objects, crc: undefined, end, isWhole: true };
}

/** @returns whether it is worth reading any further. */
function checkText(text: string, findings: Findings): boolean {
  // A text never takes fewer bytes of UTF-8 than it has UTF-16 units: no need to encode a huge one to refuse it.
  const isTooMuch = (max: number): boolean => text.length > max || utf8Length(text) > max;
  const tooLarge = (rule: LintRuleName, max: number): void =>
    findings.add(rule, {
      path: WHOLE,
      offset: max,
      expected: `at most ${max} bytes`,
      found: `more, in ${charactersOf(text.length)}`,
    });
  if (isTooMuch(CODE_BYTES_MAX)) {
    tooLarge('payload-length', PAYLOAD_BYTES_MAX);
    tooLarge('code-capacity', CODE_BYTES_MAX);
    return false;
  }
  if (isTooMuch(PAYLOAD_BYTES_MAX)) tooLarge('payload-length', PAYLOAD_BYTES_MAX);
  const lone = text.search(/\p{Surrogate}/u);
  if (lone < 0) return true;
  const offset = utf8Length(text.slice(0, lone));
  findings.add('unicode', { path: WHOLE, offset, expected: 'Unicode text', found: 'half a character' });
  return false;
}

/** A data object with those inside it; without them where they cannot be read, which is a finding. */
function readTemplate(
  object: DataObject,
  path: string,
  findings: Findings,
  nested: ReadonlySet<string>,
): DataObject {
  const rule = ruleOf(path);
  if (!rule?.template && !nested.has(path)) return object;
  const start = object.offset + HEADER_BYTES;
  try {
    const objects = [...readObjects(object.value, path, start)].map((inner) =>
      readTemplate(inner, pathOf(path, inner.tag), findings, nested),
    );
    return { ...object, objects };
  } catch (error) {
    if (!rule?.isLoose) {
      addStructure(error, findings);
      return object;
    }
    const expected = 'data objects';
    const found = `${charactersOf([...object.value].length)} of another form`;
    findings.add('template-content', { path, offset: start, expected, found });
    return object;
  }
}

/** The row of the tables for `62` or `62.01`; none deeper inside, where only a profile knows. */
function ruleOf(path: string): ObjectRule | undefined {
  const [root = '', sub, deeper] = path.split('.');
  const rule = ROOT.ruleOf(root);
  if (sub === undefined) return rule;
  return deeper === undefined ? rule.template?.ruleOf(sub) : undefined;
}

function addStructure(error: unknown, findings: Findings): void {
  const rule = error instanceof ProtocolError ? STRUCTURE[error.code] : undefined;
  if (!(error instanceof ProtocolError) || rule === undefined) throw error;
  const { code, path, offset, expected, found } = error;
  findings.add(rule, { code, path, offset, expected, found });
}

/** The CRC covers every byte before its own four digits: its tag and length too. */
function checkCrc(text: string, units: number, crc: DataObject, findings: Findings): void {
  const { tag, value, offset } = crc;
  const end = offset + HEADER_BYTES + utf8Length(value);
  const left = utf8Length(text.slice(units));
  if (left > 0) {
    const expected = 'the end after data object 63';
    findings.add('trailing-data', { path: WHOLE, offset: end, expected, found: countOf(left, 'byte') });
  }
  const form = valueProblem(crc, ROOT.ruleOf(tag), tag);
  if (form) {
    findings.add(form.rule, form.place);
    return;
  }
  const at = offset + HEADER_BYTES;
  if (/[a-f]/.test(value)) {
    const expected = '4 upper-case hexadecimal digits';
    findings.add('crc-lower-case', { path: tag, offset: at, expected, found: `"${value}"` });
  }
  const right = crc16(text.slice(0, units - value.length));
  if (value.toUpperCase() === right) return;
  findings.add('crc-mismatch', { path: tag, offset: at, expected: `CRC ${right}`, found: value });
}
