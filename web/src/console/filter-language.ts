import type { PaymentLine } from './console-types.ts';

/** Keys of `key:value`, with what of a payment they look at. */
const TEXT_KEYS = {
  terminal: ({ terminalId }) => terminalId,
  state: ({ state }) => state,
  code: ({ responseCode }) => responseCode,
  route: ({ route }) => route,
  card: ({ card }) => card,
  bank: ({ bank }) => bank,
  entry: ({ entry }) => entry,
  stan: ({ stan }) => stan,
  rrn: ({ rrn }) => rrn,
  approval: ({ approvalCode }) => approvalCode,
  reason: ({ reason }) => reason,
  id: ({ transactionId }) => transactionId,
} as const satisfies Record<string, (payment: PaymentLine) => string | null>;

/** Keys of `key>number`: amounts in tenge, durations in milliseconds. */
const NUMBER_KEYS = {
  amount: ({ amount }) => (amount === null ? null : Number(amount)),
  duration: ({ startedMs, lastMs }) => lastMs - startedMs,
} as const satisfies Record<string, (payment: PaymentLine) => number | null>;

/** A code is meant whole: `code:5` is not `51`. */
const WHOLE_KEYS: ReadonlySet<string> = new Set(['code']);

export const FILTER_KEYS: readonly string[] = [...Object.keys(TEXT_KEYS), ...Object.keys(NUMBER_KEYS)];

export type FilterProblem =
  | { readonly kind: 'unknown-key'; readonly text: string }
  | { readonly kind: 'not-a-number'; readonly text: string }
  | { readonly kind: 'open-quote' };

export type Filter =
  | { readonly matches: (payment: PaymentLine) => boolean; readonly problem: null }
  | { readonly matches: null; readonly problem: FilterProblem };

type Test = (payment: PaymentLine) => boolean;

/**
 * Reads a filter: words that must all hold. `key:value` looks for a part of a value (alternatives by comma),
 * `amount>1000` compares, `-` in front says no, quotation marks keep words together, any other word may stand anywhere.
 */
export function parseFilter(text: string): Filter {
  const words = splitWords(text);
  if (words === null) return { matches: null, problem: { kind: 'open-quote' } };
  const tests: Test[] = [];
  for (const word of words) {
    const test = readWord(word);
    if (typeof test !== 'function') return { matches: null, problem: test };
    tests.push(test);
  }
  return { matches: (payment) => tests.every((test) => test(payment)), problem: null };
}

/** Words by spaces; within quotation marks spaces belong to the word. Null when a mark is not closed. */
function splitWords(text: string): readonly string[] | null {
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) return null;
  return (text.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.toLowerCase());
}

function readWord(word: string): Test | FilterProblem {
  if (word.startsWith('-') && word.length > 1) {
    const test = readWord(word.slice(1));
    return typeof test === 'function' ? (payment) => !test(payment) : test;
  }
  const [, key, sign = ':', value = ''] = /^([a-z]+)(:|>=|<=|>|<|=)(.*)$/.exec(word) ?? [];
  if (key === undefined) return anywhere(word.replaceAll('"', ''));
  const plain = value.replaceAll('"', '');
  if (Object.hasOwn(NUMBER_KEYS, key)) {
    return compare(NUMBER_KEYS[key as keyof typeof NUMBER_KEYS], sign, plain);
  }
  if (!Object.hasOwn(TEXT_KEYS, key) || (sign !== ':' && sign !== '=')) {
    return { kind: 'unknown-key', text: key };
  }
  return oneOf(
    TEXT_KEYS[key as keyof typeof TEXT_KEYS],
    plain.split(','),
    WHOLE_KEYS.has(key) || sign === '=',
  );
}

function anywhere(word: string): Test {
  return (payment) =>
    [...Object.values(TEXT_KEYS).map((read) => read(payment)), payment.amount].some(
      (value) => value?.toLowerCase().includes(word) ?? false,
    );
}

function oneOf(
  read: (payment: PaymentLine) => string | null,
  values: readonly string[],
  isWhole: boolean,
): Test {
  return (payment) => {
    const found = read(payment)?.toLowerCase() ?? '';
    return values.some((value) => (isWhole ? found === value : value !== '' && found.includes(value)));
  };
}

function compare(
  read: (payment: PaymentLine) => number | null,
  sign: string,
  text: string,
): Test | FilterProblem {
  const wanted = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text)) return { kind: 'not-a-number', text };
  return (payment) => {
    const found = read(payment);
    if (found === null) return false;
    switch (sign) {
      case '>':
        return found > wanted;
      case '<':
        return found < wanted;
      case '>=':
        return found >= wanted;
      case '<=':
        return found <= wanted;
      default:
        return found === wanted;
    }
  };
}
