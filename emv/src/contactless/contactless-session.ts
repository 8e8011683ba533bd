import { toHex } from '@kassa/primitives';
import type { KernelSession } from '../kernel/kernel-session.ts';
import type { DeclineReason } from '../kernel/kernel-types.ts';
import type { ContactlessApplication, TornTransaction } from './contactless-types.ts';

/** How a kernel ends before the outcome is made of it. */
export type ContactlessEnding =
  | { readonly kind: 'approved'; readonly by: 'issuer' | 'offline' }
  | { readonly kind: 'declined'; readonly reason: DeclineReason; readonly detail: string }
  | { readonly kind: 'try-another-interface'; readonly detail: string }
  | { readonly kind: 'see-phone'; readonly detail: string }
  | { readonly kind: 'present-again'; readonly detail: string; readonly torn: TornTransaction | null }
  /** This application gives way to the next. */
  | { readonly kind: 'dropped'; readonly why: string };

/** An application the amount allows, and what the limits said (EMV Contactless Book A, pre-processing). */
export interface PreparedApplication {
  readonly application: ContactlessApplication;
  readonly isOnlineRequired: boolean;
  readonly isVerificationRequired: boolean;
}

/**
 * Pre-processing (EMV Contactless Book B, pre-processing): which applications the amount allows, before any card is
 * there. Of two
 * transaction limits the larger counts here: which one applies only the card tells.
 */
export function prepareApplications(
  session: KernelSession,
  applications: readonly ContactlessApplication[],
): PreparedApplication[] {
  const { amount, forceOnline = false } = session.transaction;
  return applications.flatMap((application) => {
    const { floorLimit, cvmLimit, transactionLimit, transactionLimitOnDevice } = application.limits;
    const findings: string[] = [];
    const reaches = (limit: bigint, name: string): boolean => {
      if (amount < limit) return false;
      findings.push(`amount ${amount} is not below the ${name} ${limit}`);
      return true;
    };
    const largest = transactionLimit > transactionLimitOnDevice ? transactionLimit : transactionLimitOnDevice;
    const isTooLarge = reaches(largest, 'transaction limit');
    const isVerificationRequired = reaches(cvmLimit, 'CVM limit');
    const isOnlineRequired = reaches(floorLimit, 'floor limit') || forceOnline;
    const prepared = { application, isOnlineRequired, isVerificationRequired };
    const qualifiers = application.kernel === 'visa' ? toHex(terminalQualifiers(prepared)) : null;
    session.onStep({ step: 'limits-checked', aid: toHex(application.aid), qualifiers, findings });
    return isTooLarge ? [] : [prepared];
  });
}

/**
 * Tag 9F66 (EMV Contactless Book C-3, data dictionary): qVSDC, contacts, online PIN and signature; verification on the
 * cardholder's device. Byte 2 says what the limits ask for.
 */
export function terminalQualifiers({
  isOnlineRequired,
  isVerificationRequired,
}: Omit<PreparedApplication, 'application'>): Uint8Array {
  const asked = (isOnlineRequired ? 0x80 : 0) | (isVerificationRequired ? 0x40 : 0);
  return Uint8Array.of(0x36, asked, 0x40, 0x00);
}
