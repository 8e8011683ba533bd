import type { Message } from '../codec/message.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { maskFields } from '../meaning/mask-fields.ts';
import { maskText } from '../meaning/mask-value.ts';
import { responseMti } from '../meaning/mti.ts';

/** What an answer must repeat of its request, composed into one string that a map finds at once. */
export interface MatchKeys {
  /**
   * The key the answer of this request will have.
   * @throws ProtocolError `bad-mti` for a message that is not answered.
   */
  readonly ofRequest: (request: Message) => string;
  /** The key of an answer as it came. */
  readonly ofAnswer: (answer: Message) => string;
  /** What of the answer differs from an expected key, in words: `STAN 000901 instead of 000900`. */
  readonly differences: (expected: string, answer: Message) => string[];
}

/** ISO 8583 characters do not include it. */
const SEPARATOR = '\u001f';
const PADDED_WITH_SPACES = 41;

/** Shown as they are: they name a transaction and say nothing of a card. */
const CLEAR_NAMES: Readonly<Record<number, string>> = {
  4: 'amount',
  7: 'transmission time',
  11: 'STAN',
  37: 'RRN',
  41: 'terminal',
};

/**
 * @param fields data elements that make the key, beside the message type.
 * @param dialect whose masks show any other element than DE 4, 7, 11, 37 and 41; without it only their lengths.
 */
export function matchKeys(fields: readonly number[], dialect?: Dialect): MatchKeys {
  // At most one entry for each of the ten thousand types.
  const answers = new Map<string, string>();
  const answerMti = (mti: string): string => {
    const known = answers.get(mti);
    if (known !== undefined) return known;
    const made = responseMti(mti);
    answers.set(mti, made);
    return made;
  };
  const compose = (start: string, message: Message): string => {
    let key = start;
    for (const number of fields) key += SEPARATOR + keyValue(message, number);
    return key;
  };
  return {
    ofRequest: (request) => compose(answerMti(request.mti), request),
    ofAnswer: (answer) => compose(withoutRepeat(answer.mti), answer),
    differences(expected, answer) {
      const [mti = '', ...values] = expected.split(SEPARATOR);
      const found: string[] = [];
      if (withoutRepeat(answer.mti) !== mti) found.push(`MTI ${answer.mti} instead of ${mti}`);
      fields.forEach((number, index) => {
        const [wanted = '', came] = [values[index], keyValue(answer, number)];
        if (wanted !== came) found.push(difference(dialect, number, wanted, came));
      });
      return found;
    },
  };
}

/** A terminal's name may be filled with spaces by one side and not by the other. */
function keyValue({ fields }: Message, number: number): string {
  const value = fields[number] ?? '';
  return number === PADDED_WITH_SPACES && value.endsWith(' ') ? value.trimEnd() : value;
}

/** `0211`, the answer to a repeat as some hosts send it, is taken for `0210`. */
function withoutRepeat(mti: string): string {
  const last = mti.charCodeAt(3);
  return (last & 1) === 0 ? mti : mti.slice(0, 3) + String.fromCharCode(last - 1);
}

function difference(dialect: Dialect | undefined, number: number, wanted: string, came: string): string {
  const clear = CLEAR_NAMES[number];
  const show = (value: string): string => {
    if (clear !== undefined) return maskText('clear', value, 'character');
    const masked = dialect && maskFields(dialect, { mti: '', fields: { [number]: value } })[number];
    return masked ?? maskText('length', value, 'character');
  };
  const name = clear ?? `DE ${number}`;
  return `${name} ${came === '' ? 'missing' : show(came)} instead of ${wanted === '' ? 'none' : show(wanted)}`;
}
