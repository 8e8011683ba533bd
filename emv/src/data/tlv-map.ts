import { ProtocolError, parseTlv } from '@kassa/primitives';

/**
 * Data objects by tag, for templates and DE 55, where a tag stands at most once.
 * @throws ProtocolError `bad-tlv` on a repeated tag or broken encoding.
 */
export function tlvMap(bytes: Uint8Array, path = 'tlv'): Map<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  for (const { tag, value, offset } of parseTlv(bytes, path)) {
    if (values.has(tag)) {
      throw new ProtocolError({
        code: 'bad-tlv',
        path: `${path}.${tag}`,
        offset,
        expected: 'each tag once',
        found: 'the tag again',
      });
    }
    values.set(tag, value.slice());
  }
  return values;
}
