type Words = Readonly<Record<string, string>>;

const INPUT: Words = {
  1: 'manual, no terminal',
  2: 'magnetic stripe',
  3: 'bar code',
  4: 'optical character reading',
  5: 'chip',
  6: 'key entry',
};

/** DE 22 of ISO 8583:1993, annex A: a table for each of the twelve positions. */
const POSITIONS: readonly (readonly [name: string, words: Words])[] = [
  ['can read', { 0: 'unknown', ...INPUT }],
  [
    'can authenticate by',
    {
      0: 'nothing',
      1: 'PIN',
      2: 'electronic signature analysis',
      3: 'biometrics',
      4: 'biographic data',
      5: 'nothing, electronic authentication is inoperative',
      6: 'other means',
    },
  ],
  ['card capture', { 0: 'no', 1: 'yes' }],
  [
    'place',
    {
      0: 'no terminal',
      1: "card acceptor's premises, attended",
      2: "card acceptor's premises, unattended",
      3: "off card acceptor's premises, attended",
      4: "off card acceptor's premises, unattended",
      5: "cardholder's premises, unattended",
    },
  ],
  [
    'cardholder',
    {
      0: 'present',
      1: 'not present',
      2: 'not present, mail order',
      3: 'not present, telephone',
      4: 'not present, standing authorization',
    },
  ],
  ['card', { 0: 'not present', 1: 'present' }],
  ['read by', { 0: 'unspecified', ...INPUT }],
  [
    'authenticated by',
    {
      0: 'nothing',
      1: 'PIN',
      2: 'electronic signature analysis',
      3: 'biometrics',
      4: 'biographic data',
      5: 'manual signature verification',
      6: 'other manual verification',
    },
  ],
  [
    'authentication checked by',
    { 0: 'nobody', 1: 'chip', 2: 'terminal', 3: 'authorizing agent', 4: 'merchant', 5: 'other' },
  ],
  ['can write to card', { 0: 'unknown', 1: 'no', 2: 'magnetic stripe', 3: 'chip' }],
  ['output', { 0: 'unknown', 1: 'none', 2: 'printing', 3: 'display', 4: 'printing and display' }],
  [
    'PIN digits at most',
    {
      0: 'none',
      1: 'unknown',
      4: '4',
      5: '5',
      6: '6',
      7: '7',
      8: '8',
      9: '9',
      A: '10',
      B: '11',
      C: '12',
    },
  ],
];

/** The twelve positions in words, those without a meaning left out; undefined for a value of another length. */
export function pointOfServiceWords(value: string): string | undefined {
  if (value.length !== POSITIONS.length) return undefined;
  const parts = POSITIONS.flatMap(([name, words], index) => {
    const meaning = words[value[index] ?? ''];
    return meaning === undefined ? [] : [`${name}: ${meaning}`];
  });
  return parts.join('; ') || undefined;
}
