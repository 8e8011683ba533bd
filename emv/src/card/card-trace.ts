import { fromHex, ProtocolError, toHex } from '@kassa/primitives';
import { parseCommand } from '../data/apdu.ts';
import { describeCommand } from '../data/describe-apdu.ts';

/** One command and its answer, upper-case hexadecimal; null: the card was gone. */
export interface TracedExchange {
  readonly command: string;
  readonly response: string | null;
}

/**
 * The whole dialogue with a card, plain JSON. It is **not masked** – number, track and PIN of a test card stand in
 * it – so
 * that it can be replayed; what goes to the event stream is masked elsewhere.
 */
export interface CardTrace {
  readonly format: 'kassa-apdu-trace';
  readonly version: 1;
  readonly exchanges: readonly TracedExchange[];
}

type Transmit = (command: Uint8Array) => Uint8Array | null;

/** Writes down what passes between a terminal and a card. */
export function recordCard(transmit: Transmit): { readonly transmit: Transmit; readonly trace: CardTrace } {
  const exchanges: TracedExchange[] = [];
  return {
    transmit(command) {
      const response = transmit(command);
      exchanges.push({ command: toHex(command), response: response && toHex(response) });
      return response;
    },
    get trace(): CardTrace {
      return { format: 'kassa-apdu-trace', version: 1, exchanges: [...exchanges] };
    },
  };
}

/**
 * A trace out of its JSON.
 * @throws ProtocolError `bad-value` at `trace`, naming the exchange.
 */
export function parseCardTrace(content: unknown): CardTrace {
  const { format, version, exchanges } = asRecord(content);
  if (format !== 'kassa-apdu-trace' || version !== 1 || !Array.isArray(exchanges)) {
    throw traceError('trace', 0, 'an APDU trace of version 1', 'something else');
  }
  const parsed = exchanges.map((entry: unknown, index): TracedExchange => {
    const { command, response } = asRecord(entry);
    const where = `trace.exchanges.${index}`;
    if (!isHex(command)) throw traceError(where, index, 'a command in hexadecimal', 'something else');
    if (response !== null && !isHex(response)) {
      throw traceError(where, index, 'a response in hexadecimal, or null', 'something else');
    }
    return { command, response };
  });
  return { format, version, exchanges: parsed };
}

/** The terminal did otherwise than in the trace. Says which command, not what was in it. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/** A card that only knows a dialogue by heart. */
export interface ReplayedCard {
  /** @throws ReplayError when the command is not the next one of the trace. */
  transmit(command: Uint8Array): Uint8Array | null;
  /** Exchanges nobody has asked for yet. */
  readonly left: number;
}

/**
 * Plays a trace back as a card: the same commands in the same order get the same answers, any other command fails.
 * Amount,
 * date and unpredictable number must be those of the trace.
 */
export function createReplayedCard(trace: CardTrace): ReplayedCard {
  let at = 0;
  return {
    get left() {
      return trace.exchanges.length - at;
    },
    transmit(command) {
      const expected = trace.exchanges[at];
      const hex = toHex(command);
      if (expected?.command !== hex) throw new ReplayError(difference(at + 1, hex, expected?.command));
      at += 1;
      return expected.response === null ? null : fromHex(expected.response);
    },
  };
}

function difference(number: number, found: string, expected: string | undefined): string {
  if (expected === undefined) return `command ${number} is ${nameOf(found)}, and the trace is at its end`;
  let offset = 0;
  while (found.slice(offset, offset + 2) === expected.slice(offset, offset + 2)) offset += 2;
  return `command ${number} is ${nameOf(found)}, the trace has ${nameOf(expected)}; they differ from byte ${offset / 2 + 1} on`;
}

function nameOf(hex: string): string {
  try {
    return describeCommand(parseCommand(fromHex(hex)));
  } catch (error) {
    if (error instanceof ProtocolError) return 'no command';
    throw error;
  }
}

function isHex(value: unknown): value is string {
  return typeof value === 'string' && /^([0-9A-F]{2})*$/.test(value);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function traceError(path: string, offset: number, expected: string, found: string): ProtocolError {
  return new ProtocolError({ code: 'bad-value', path, offset, expected, found });
}
