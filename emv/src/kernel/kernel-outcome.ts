import { ProtocolError, toHex, toLatin1 } from '@kassa/primitives';
import { hexOrNull, type KernelSession, Termination } from './kernel-session.ts';
import type { KernelOutcome, KernelReceipt } from './kernel-types.ts';
import { chipData } from './request-cryptogram.ts';

/** Card bytes that break the rules end the transaction (Book 3, 7.5); anything else is a bug and goes on up. */
export function terminationOf(error: unknown): Termination {
  if (error instanceof Termination) return error;
  if (error instanceof ProtocolError) {
    return new Termination('bad-card-data', `${error.code} at ${error.path}`, { cause: error });
  }
  throw error;
}

/** What every outcome tells. */
export function outcomeData(
  session: KernelSession,
  reversalNeeded: boolean,
): Pick<KernelOutcome, 'receipt' | 'chipData' | 'reversalNeeded'> {
  return { receipt: receiptOf(session), chipData: chipData(session), reversalNeeded };
}

function receiptOf(session: KernelSession): KernelReceipt {
  const { cryptogram } = session;
  return {
    aid: hexOrNull(session.aid),
    label: session.label,
    preferredName: preferredName(session),
    tvr: toHex(session.tvr),
    tsi: toHex(session.tsi),
    cvm: session.cvm,
    cvmResults: hexOrNull(session.get('9F34')) ?? '3F0000',
    cryptogramType: cryptogram?.type ?? null,
    cryptogram: hexOrNull(cryptogram?.value),
    atc: cryptogram ? ((cryptogram.atc[0] ?? 0) << 8) | (cryptogram.atc[1] ?? 0) : null,
    scriptResults: hexOrNull(session.get('9F5B')),
  };
}

/** EMV 4.4 Book 4, 11.3: shown only in a character set the terminal has; ISO/IEC 8859 part 1 is the one here. */
function preferredName(session: KernelSession): string | null {
  const name = session.get('9F12');
  return name && session.get('9F11')?.[0] === 1 ? toLatin1(name) : null;
}
