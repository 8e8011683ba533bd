import { useCallback } from 'react';
import { getJson } from '../api/api-client.ts';
import { type Loaded, useLoaded } from '../use-loaded.ts';
import type { PaymentDetail } from './console-types.ts';
import { decodeDetail } from './decode-console.ts';
import type { Language } from './language.ts';

/** One payment with its events, read again when it has changed; null before, and for no payment. */
export function usePayment(
  transactionId: string | null,
  lastSeq: number | null,
  language: Language,
): Loaded<PaymentDetail | null> {
  const load = useCallback(async () => {
    if (transactionId === null) return null;
    const path = `/v1/console/payments/${encodeURIComponent(transactionId)}?language=${language}`;
    return decodeDetail(await getJson(path));
  }, [transactionId, language]);
  const { value, error } = useLoaded(load, `${lastSeq}`);
  // What was loaded for the payment before is not shown under this one's name.
  const isCurrent = value !== null && value.payment.transactionId === transactionId;
  return { value: isCurrent ? value : null, error };
}
