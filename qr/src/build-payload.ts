import { crc16 } from './crc16.ts';
import { refuseErrors } from './finding.ts';
import { lintMerchantPayload } from './lint-merchant.ts';
import type { LintLevel } from './lint-rules.ts';
import { problem } from './payload-problem.ts';
import type { Profile } from './profile.ts';
import { type DataObjectDraft, joinObjects } from './write-objects.ts';

/**
 * Writes a merchant-presented payload of any data objects, in the order given, and puts the CRC behind them.
 * @param level at which the payload has to be valid.
 * @throws ProtocolError for the first rule it breaks at that level, with the offset it would have had.
 */
export function buildPayload(
  objects: readonly DataObjectDraft[],
  level: LintLevel = 'strict',
  profile?: Profile,
): string {
  if (objects.some(({ tag }) => tag === '63')) {
    throw problem('bad-tlv', '63', 0, 'everything but the CRC, which is calculated', 'data object 63');
  }
  const covered = `${joinObjects(objects)}6304`;
  const text = covered + crc16(covered);
  refuseErrors(lintMerchantPayload(text, level, profile).findings);
  return text;
}
