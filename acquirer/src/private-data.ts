/** Tags of DE 48 in Kassa's dialects (docs/wire.md): two digits of tag, two digits of length, value. */
export const PRIVATE_TAGS = {
  /** Request: how the merchant takes this payment, `D` digital tenge or `N` non-cash; absent: as its profile says. */
  settle: '01',
  /** Answer: the route taken, `D` direct or `C` converted. */
  route: '02',
  /** Answer: why it was declined, in words. */
  reason: '03',
  /** Answer to 0800 with DE 70 101: a new MAC key, TR-31 under the terminal's key-exchange key. */
  keyBlock: '04',
} as const;
