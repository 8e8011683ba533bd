import { describeConsumerPayload } from './describe-consumer.ts';
import { type DescribedObject, describePayload } from './describe-payload.ts';
import { type Finding, Findings } from './finding.ts';
import { lintConsumerPayload } from './lint-consumer.ts';
import { lintMerchantPayload } from './lint-merchant.ts';
import { detectProfile } from './lint-profile.ts';
import type { LintLevel } from './lint-rules.ts';
import { type PaymentLink, recogniseLink } from './payment-link.ts';
import type { Profile } from './profile.ts';
import { PROFILES } from './profiles.ts';

/** Any code a till or a phone may read, named and checked. */
export interface PayloadReport {
  /** `link`: not an EMVCo payload, its issuer is recognised. What is nothing else is read as `merchant`. */
  readonly mode: 'merchant' | 'consumer' | 'link';
  readonly level: LintLevel;
  /** The profile checked against, at level `national`; at others the one its scheme would have. */
  readonly profile: Profile | undefined;
  readonly isValid: boolean;
  readonly findings: readonly Finding[];
  /** Everything that could be read. */
  readonly fields: readonly DescribedObject[];
  readonly link: PaymentLink | undefined;
}

export interface LintOptions {
  readonly level: LintLevel;
  /** For level `national`; without it the scheme the payload names. */
  readonly profile?: Profile;
  /** Among which a scheme is looked for. */
  readonly profiles?: readonly Profile[];
}

/** Base64 of 85 05: no merchant-presented payload starts so. */
const CONSUMER_START = 'hQ';

/**
 * Says of any text from a QR code what it is and what is wrong with it. Never throws for what the text holds.
 * Source: EMVCo QR Code Specifications for Payment Systems, Merchant- and Consumer-Presented Mode 1.1.
 */
export function lintPayload(
  text: string,
  { level, profile, profiles = PROFILES }: LintOptions,
): PayloadReport {
  const link = recogniseLink(text);
  const common = { level, link, fields: [], findings: [] };
  if (link) return { ...common, mode: 'link', profile: undefined, isValid: true };
  if (text.startsWith(CONSUMER_START)) {
    const { objects, ...report } = lintConsumerPayload(text, level, profile);
    return { ...common, ...report, mode: 'consumer', profile, fields: describeConsumerPayload({ objects }) };
  }
  const { objects } = lintMerchantPayload(text, 'tolerant');
  const used = profile ?? detectProfile(objects, profiles);
  const report = lintMerchantPayload(text, level, used);
  const fields = describePayload(report, used);
  if (level !== 'national' || used) return { ...common, ...report, mode: 'merchant', profile: used, fields };
  const findings = new Findings(level);
  const expected = profiles.map(({ id }) => id).join(', ');
  findings.add('profile-unknown', { path: 'payload', offset: 0, expected, found: 'none of them' });
  const all = [...report.findings, ...findings.list];
  return { ...common, mode: 'merchant', profile: used, fields, findings: all, isValid: false };
}
