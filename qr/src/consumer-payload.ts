import { assert, fromLatin1, toHex, toLatin1 } from '@kassa/primitives';
import { toBase64 } from './base64.ts';
import { type ConsumerObject, type ConsumerObjectDraft, writeConsumerObjects } from './consumer-object.ts';
import { refuseErrors } from './finding.ts';
import { lintConsumerPayload } from './lint-consumer.ts';
import type { LintLevel } from './lint-rules.ts';
import { problem } from './payload-problem.ts';
import type { Profile } from './profile.ts';

/** One application of the payer's device: template 61. */
export interface ConsumerApplication {
  /** Application identifier, hexadecimal. */
  readonly aid: string;
  readonly label: string | undefined;
  readonly objects: readonly ConsumerObject[];
  /** The application's own transparent template (63), else that of all applications (64); empty without either. */
  readonly chipData: readonly ConsumerObject[];
}

/** A consumer-presented payload that keeps every rule checked here. */
export interface ConsumerPayload {
  /** Everything, in the order written. */
  readonly objects: readonly ConsumerObject[];
  /** In the order of the payer's preference. */
  readonly applications: readonly ConsumerApplication[];
  /** Template 62: what all applications have in common. */
  readonly common: readonly ConsumerObject[];
}

export interface ConsumerApplicationDraft {
  /** Application identifier, 5 to 16 bytes in hexadecimal. */
  readonly aid: string;
  /** 50, ISO 8859-1, at most 16 characters. */
  readonly label?: string;
  /** Others of template 61, values in hexadecimal. */
  readonly objects?: readonly ConsumerObjectDraft[];
  /** Template 63, values in hexadecimal: the cryptogram and what checks it. */
  readonly chipData?: readonly ConsumerObjectDraft[];
}

export interface ConsumerPayloadDraft {
  readonly applications: readonly ConsumerApplicationDraft[];
  /** Template 62. */
  readonly common?: readonly ConsumerObjectDraft[];
}

/**
 * Reads a consumer-presented payload and refuses it for the first rule it breaks.
 * Source: EMVCo QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1.
 * @param profile of a scheme whose deviations are allowed.
 * @throws ProtocolError `too-large`, `bad-encoding`, `truncated`, `bad-tlv`, `bad-length` or `bad-value`; its path is
 * like `61.4F`, its offset counts the bytes under base64.
 */
export function parseConsumerPayload(text: string, profile?: Profile): ConsumerPayload {
  const { objects, findings } = lintConsumerPayload(text, profile ? 'national' : 'strict', profile);
  refuseErrors(findings);
  const inside = (list: readonly ConsumerObject[], tag: string) =>
    list.find((object) => object.tag === tag)?.objects ?? [];
  const common = inside(objects, '62');
  const applications = objects
    .filter(({ tag }) => tag === '61')
    .map(({ objects: list = [] }) => {
      const aid = list.find(({ tag }) => tag === '4F')?.value;
      assert(aid !== undefined, 'data object 4F was checked to be there');
      const label = list.find(({ tag }) => tag === '50')?.value;
      const own = inside(list, '63');
      return {
        aid: toHex(aid),
        label: label && toLatin1(label),
        objects: list,
        chipData: own.length > 0 ? own : inside(common, '64'),
      };
    });
  return { objects, applications, common };
}

/**
 * Writes a consumer-presented payload: base64 of the payload format indicator, the applications and what they share.
 * @returns a text from which {@link parseConsumerPayload} gives the same content back.
 * @throws ProtocolError for what it would not give back.
 */
export function buildConsumerPayload({ applications, common = [] }: ConsumerPayloadDraft): string {
  return buildConsumerObjects([
    { tag: '85', value: '4350563031' },
    ...applications.map(applicationOf),
    ...(common.length > 0 ? [{ tag: '62', value: common }] : []),
  ]);
}

/**
 * Writes a consumer-presented payload of any data objects, 85 among them.
 * @param level at which the payload has to be valid.
 * @throws ProtocolError for the first rule it breaks at that level.
 */
export function buildConsumerObjects(
  objects: readonly ConsumerObjectDraft[],
  level: LintLevel = 'strict',
): string {
  const text = toBase64(writeConsumerObjects(objects));
  refuseErrors(lintConsumerPayload(text, level).findings);
  return text;
}

function applicationOf({
  aid,
  label,
  objects = [],
  chipData = [],
}: ConsumerApplicationDraft): ConsumerObjectDraft {
  return {
    tag: '61',
    value: [
      { tag: '4F', value: aid },
      ...(label === undefined ? [] : [{ tag: '50', value: hexOf(label) }]),
      ...objects,
      ...(chipData.length > 0 ? [{ tag: '63', value: chipData }] : []),
    ],
  };
}

function hexOf(label: string): string {
  if (Array.from(label).some((character) => (character.codePointAt(0) ?? 0) > 0xff)) {
    throw problem('bad-value', '61.50', 0, 'a label of ISO 8859-1', 'other characters');
  }
  return toHex(fromLatin1(label));
}
