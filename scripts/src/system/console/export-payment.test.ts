import { describe, expect, test } from 'vitest';
import { readCapture } from '../../wire/read-capture.ts';
import { segmentOf } from '../../wire/tcp-segment.ts';
import { exportPayment } from './export-payment.ts';
import type { PaymentEvent } from './payment-events.ts';
import { summaryAfter } from './payment-summary.ts';

function event(seq: number, type: string, data: Record<string, unknown>): PaymentEvent {
  const time = new Date(1_795_488_888_000 + seq).toISOString();
  return { seq, type, time, transactionId: '20000001-7', terminalId: '20000001', data };
}

const PAYMENT = summaryAfter(undefined, {
  seq: 1,
  type: 'terminal.payment-started',
  timeMs: 0,
  terminalId: '20000001',
  transactionId: '20000001-7',
  data: () => ({}),
});
const MESSAGE = (mti: string, hex: string) => ({
  mti,
  dialect: 'kassa-bcd',
  length: hex.length / 2,
  hex,
  fields: [],
});
const EVENTS = [
  event(1, 'card.exchanged', { command: { name: 'SELECT', hex: '00A4' }, response: { hex: '9000' } }),
  event(2, 'terminal.message-sent', MESSAGE('0200', '020072****3C')),
  event(3, 'acquirer.message-received', MESSAGE('0200', '020072****3C')),
  event(4, 'ledger.held', {}),
  event(5, 'terminal.message-received', MESSAGE('0210', '021032')),
];

describe('a payment as a file', () => {
  test('JSON is the line and its events', () => {
    const { body, contentType } = exportPayment(PAYMENT, EVENTS, 'json');
    expect(contentType).toBe('application/json');
    expect(JSON.parse(String(body))).toEqual({ payment: PAYMENT, events: EVENTS });
  });

  test('hex is bytes under a line that says whose', () => {
    expect(exportPayment(PAYMENT, EVENTS, 'hex').body).toBe(
      [
        '# 1 2026-11-24T02:54:48.001Z card.exchanged SELECT',
        '> 00A4',
        '< 9000',
        '',
        '# 2 2026-11-24T02:54:48.002Z terminal.message-sent 0200 kassa-bcd',
        '020072****3C',
        '',
        '# 3 2026-11-24T02:54:48.003Z acquirer.message-received 0200 kassa-bcd',
        '020072****3C',
        '',
        '# 5 2026-11-24T02:54:48.005Z terminal.message-received 0210 kassa-bcd',
        '021032',
        '',
      ].join('\n'),
    );
  });

  test('a capture has the messages of the line once, framed, masked bytes as zero', () => {
    const { body } = exportPayment(PAYMENT, EVENTS, 'pcap');
    const { packets, isCut } = readCapture(body as Uint8Array);
    expect(isCut).toBe(false);
    const segments = packets.map((packet) => segmentOf(packet));
    expect(
      segments.map(
        (segment) =>
          segment && [
            segment.from,
            segment.to,
            segment.sequence,
            Buffer.from(segment.payload).toString('hex'),
          ],
      ),
    ).toEqual([
      ['192.0.2.1:49152', '192.0.2.2:8583', 1, '0006020072' + '0000' + '3c'],
      ['192.0.2.2:8583', '192.0.2.1:49152', 1, '0003021032'],
    ]);
  });

  test('where the terminal tells nothing, the capture is what the acquirer saw', () => {
    const { body } = exportPayment(PAYMENT, EVENTS.slice(2, 3), 'pcap');
    expect(readCapture(body as Uint8Array).packets).toHaveLength(1);
  });
});
