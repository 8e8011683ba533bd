import type { Language, TagScheme } from '@kassa/emv';
import type { TracedField } from '@kassa/iso8583';
import { type DataObjectLists, type ExplainedExchange, explainExchange, listsAfter } from './explain-apdu.ts';
import { explainMessage } from './explain-message.ts';
import type { ExplainedNode } from './explained-node.ts';
import { isMessage, type PaymentEvent } from './payment-events.ts';
import { schemeIn } from './value-words.ts';

/** An event with its bytes explained: the trees of a message, or of a command and its response. */
export type ExplainedEvent = PaymentEvent &
  Partial<ExplainedExchange> & { readonly message?: readonly ExplainedNode[] };

/** Explains the bytes of a payment's events in their order: what a card told before says what a command means later. */
export function explainEvents(
  events: readonly PaymentEvent[],
  language: Language,
): readonly ExplainedEvent[] {
  let lists: DataObjectLists = new Map();
  const wordsFor = { language, scheme: schemeOf(events) };
  return events.map((event) => {
    if (isMessage(event)) return { ...event, message: explainMessage(messageOf(event), wordsFor) };
    if (event.type !== 'card.exchanged') return event;
    const { command, response } = event.data as unknown as Exchange;
    const explained = explainExchange(command.hex, response.hex, lists, wordsFor);
    lists = listsAfter(lists, response.hex);
    return { ...event, ...explained };
  });
}

/** By the application the terminal selected. */
export function schemeOf(events: readonly PaymentEvent[]): TagScheme | undefined {
  const selected = events.find(({ type, data }) => {
    const { command } = data as unknown as Exchange;
    return type === 'card.exchanged' && schemeIn(command.hex) !== undefined;
  });
  return selected && schemeIn((selected.data as unknown as Exchange).command.hex);
}

/** Data of `card.exchanged` as far as it is used here; this process wrote it. */
interface Exchange {
  readonly command: { readonly hex: string };
  readonly response: { readonly hex: string };
}

/** Data of a message event; this process wrote it. */
export function messageOf({ data }: PaymentEvent) {
  return data as unknown as {
    readonly mti: string;
    readonly dialect: string;
    readonly length: number;
    readonly hex: string;
    readonly fields: readonly TracedField[];
  };
}
