import type { MessageRules } from './message-rules.ts';

/** DE 38 and DE 55 of an answer come where the payment was approved. */
const APPROVED = { when: 39, is: ['00'] } as const;

/** Kassa's messages, both dialects: docs/wire.md, "Messages". */
export const kassaRules: MessageRules = [
  {
    mti: ['0200', '0201'],
    mandatory: [3, 4, 7, 11, 12, 13, 18, 22, 25, 37, 41, 42, 43, 49, 64],
    conditional: [
      { element: 2, condition: { with: 55 } },
      { element: 14, condition: { with: 55 } },
      { element: 23, condition: { with: 55 } },
      35,
      48,
      52,
      55,
      { element: 62, condition: { with: 52 } },
    ],
    echoed: [],
    oneOf: [[2, 35]],
  },
  {
    mti: ['0210'],
    mandatory: [39, 64],
    conditional: [{ element: 38, condition: APPROVED }, 48, 55],
    echoed: [3, 4, 7, 11, 12, 13, 37, 41, 42, 49],
  },
  {
    mti: ['0400', '0401'],
    mandatory: [3, 4, 7, 11, 12, 13, 25, 37, 41, 42, 49, 90, 128],
    conditional: [],
    echoed: [],
  },
  {
    mti: ['0410'],
    mandatory: [39],
    // An answer without an element above 64 has its MAC in DE 64.
    conditional: [48, 64, 128],
    echoed: [3, 4, 7, 11, 12, 13, 37, 41, 42, 49],
  },
  // The exchange of keys carries a MAC.
  { mti: ['0800', '0801'], mandatory: [7, 11, 41, 70], conditional: [128], echoed: [] },
  { mti: ['0810'], mandatory: [39], conditional: [48], echoed: [7, 11, 41, 70] },
];
