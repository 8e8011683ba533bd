/** Tags of DE 48 in Kassa's dialects (docs/wire.md): two digits of tag, two digits of length, value. */
export const PRIVATE_TAGS = {
  /** Request: how the merchant takes this payment, `D` digital tenge or `N` non-cash; absent: as its profile says. */
  settle: '01',
  /** Answer: the route taken, `D` direct or `C` converted. */
  route: '02',
  /** Answer: why it was declined, in words. */
  reason: '03',
} as const;
