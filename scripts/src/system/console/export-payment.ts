import { frame } from '@kassa/iso8583';
import { messageOf } from './explain-event.ts';
import { maskedBytes } from './masked-bytes.ts';
import { isMessage, type PaymentEvent } from './payment-events.ts';
import type { PaymentSummary } from './payment-summary.ts';
import { pcapFile } from './pcap-file.ts';

export const EXPORT_FORMATS = ['json', 'hex', 'pcap'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A file to be saved. */
export interface Exported {
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

/** A payment as a file; masked as its events are. In a capture masked bytes are zero. */
export function exportPayment(
  payment: PaymentSummary,
  events: readonly PaymentEvent[],
  format: ExportFormat,
): Exported {
  switch (format) {
    case 'json':
      return {
        contentType: 'application/json',
        body: `${JSON.stringify({ payment, events }, undefined, 2)}\n`,
      };
    case 'hex':
      return { contentType: 'text/plain; charset=utf-8', body: hexText(events) };
    case 'pcap':
      return { contentType: 'application/vnd.tcpdump.pcap', body: capture(events) };
  }
}

/** A line before each: when, who, what. The bytes stand without spaces, `**` for what is masked. */
function hexText(events: readonly PaymentEvent[]): string {
  const blocks = events.flatMap((event) => {
    const head = `# ${event.seq} ${event.time} ${event.type}`;
    if (isMessage(event)) {
      const { mti, dialect, hex } = messageOf(event);
      return [`${head} ${mti} ${dialect}\n${hex}\n`];
    }
    if (event.type !== 'card.exchanged') return [];
    const { command, response } = event.data as unknown as Exchange;
    return [`${head} ${command.name}\n> ${command.hex}\n< ${response.hex}\n`];
  });
  return blocks.join('\n');
}

interface Exchange {
  readonly command: { readonly name: string; readonly hex: string };
  readonly response: { readonly hex: string };
}

/** The line between terminal and host as the terminal saw it, or as the host did when the terminal tells nothing. */
function capture(events: readonly PaymentEvent[]): Uint8Array {
  const messages = events.filter(isMessage);
  const ofTerminal = messages.filter(({ type }) => type.startsWith('terminal.'));
  const seen = ofTerminal.length > 0 ? ofTerminal : messages;
  return pcapFile(
    seen.map((event) => ({
      timeMs: Date.parse(event.time),
      toHost: event.type === 'terminal.message-sent' || event.type === 'acquirer.message-received',
      bytes: frame('post', maskedBytes(messageOf(event).hex).bytes),
    })),
  );
}
