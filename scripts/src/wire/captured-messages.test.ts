import { toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { CommandFailure } from '../failure.ts';
import { capturedMessages } from './captured-messages.ts';

const HOST_PORT = 8583;
const CLIENT_PORT = 40_000;
const SYN = 2;
const ACK = 16;

interface Sent {
  readonly sequence: number;
  readonly payload?: string;
  readonly flags?: number;
  readonly isAnswer?: boolean;
}

/** TCP in IPv4 (RFC 9293, RFC 791) or IPv6 (RFC 8200). */
function packet({ sequence, payload = '', flags = ACK, isAnswer = false }: Sent, version: 4 | 6 = 4): Buffer {
  const data = Buffer.from(payload, 'hex');
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(isAnswer ? HOST_PORT : CLIENT_PORT, 0);
  tcp.writeUInt16BE(isAnswer ? CLIENT_PORT : HOST_PORT, 2);
  tcp.writeUInt32BE(sequence >>> 0, 4);
  tcp[12] = 0x50;
  tcp[13] = flags;
  const ip = Buffer.alloc(version === 4 ? 20 : 40);
  const [source, destination] = isAnswer ? [2, 1] : [1, 2];
  if (version === 4) {
    ip[0] = 0x45;
    ip.writeUInt16BE(40 + data.length, 2);
    ip[9] = 6;
    ip.set([192, 0, 2, source], 12);
    ip.set([192, 0, 2, destination], 16);
  } else {
    ip[0] = 0x60;
    ip.writeUInt16BE(20 + data.length, 4);
    ip[6] = 6;
    ip.set([0x20, 0x01, 0x0d, 0xb8], 8);
    ip[23] = source;
    ip.set([0x20, 0x01, 0x0d, 0xb8], 24);
    ip[39] = destination;
  }
  return Buffer.concat([ip, tcp, data]);
}

const word = (value: number, isLittle: boolean): Buffer => {
  const bytes = Buffer.alloc(4);
  if (isLittle) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
};

function pcap(packets: readonly Uint8Array[], linkType = 101, isLittle = true): Buffer {
  const words = (...values: number[]): Buffer => Buffer.concat(values.map((value) => word(value, isLittle)));
  return Buffer.concat([
    words(0xa1b2c3d4, 0, 0, 0, 65_535, linkType),
    ...packets.flatMap((bytes) => [words(0, 0, bytes.length, bytes.length), bytes]),
  ]);
}

function pcapng(packets: readonly Uint8Array[], linkType = 101): Buffer {
  const block = (type: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const length = word(padded.length + 12, true);
    return Buffer.concat([word(type, true), length, padded, length]);
  };
  const w = (value: number): Buffer => word(value, true);
  return Buffer.concat([
    block(0x0a0d0d0a, w(0x1a2b3c4d), w(1), w(0xffffffff), w(0xffffffff)),
    block(1, w(linkType), w(65_535)),
    block(5, w(0)),
    ...packets.map((bytes) => block(6, w(0), w(0), w(0), w(bytes.length), w(bytes.length), bytes)),
  ]);
}

const read = (file: Uint8Array, port?: number) => {
  const { messages, isCut } = capturedMessages(file, 'post', port);
  const short = messages.map(({ from, packet: number, body, error, isAfterGap }) =>
    [number, from, body === null ? error?.code : toHex(body), ...(isAfterGap ? ['gap'] : [])].join(' '),
  );
  return { messages: short, isCut };
};

const CLIENT = `192.0.2.1:${CLIENT_PORT}`;
const HOST = `192.0.2.2:${HOST_PORT}`;
const TALK = [
  packet({ sequence: 99, flags: SYN }),
  packet({ sequence: 499, flags: SYN | ACK, isAnswer: true }),
  packet({ sequence: 100, payload: '000301' }),
  packet({ sequence: 103, payload: '02030001' }),
  packet({ sequence: 500, payload: '0001AA', isAnswer: true }),
  packet({ sequence: 107, payload: '04' }),
];
const HEARD = [`4 ${CLIENT} 010203`, `5 ${HOST} AA`, `6 ${CLIENT} 04`];

describe('reads both directions in the order of completion from', () => {
  const ethernet = (type: string) => (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${'02'.repeat(12)}${type}`, 'hex'), bytes, Buffer.alloc(6)]);
  const cooked = (head: string) => (bytes: Buffer) => Buffer.concat([Buffer.from(head, 'hex'), bytes]);
  test.each([
    ['pcap', pcap(TALK)],
    ['pcap of the other byte order', pcap(TALK, 101, false)],
    ['pcapng', pcapng(TALK)],
    ['Ethernet with padding', pcap(TALK.map(ethernet('0800')), 1)],
    ['Ethernet with a VLAN tag', pcapng(TALK.map(ethernet('810000050800')), 1)],
    ['Linux cooked', pcap(TALK.map(cooked(`${'00'.repeat(14)}0800`)), 113)],
    ['Linux cooked 2', pcap(TALK.map(cooked(`0800${'00'.repeat(18)}`)), 276)],
    ['loopback', pcap(TALK.map(cooked('02000000')), 0)],
  ])('%s', (_, file) => {
    expect(read(file)).toEqual({ messages: HEARD, isCut: false });
  });

  test('IPv6', () => {
    const file = pcap([packet({ sequence: 1, payload: '000107' }, 6)]);
    expect(read(file).messages).toEqual([`1 [2001:db8::1]:${CLIENT_PORT} 07`]);
  });
});

describe('puts segments in order', () => {
  const one = (sequence: number, payload: string): Buffer => packet({ sequence, payload });
  test.each([
    ['swapped', [one(0, ''), one(3, '0203'), one(0, '000301')], [`2 ${CLIENT} 010203`]],
    ['sent twice', [one(0, '000301'), one(0, '000301'), one(3, '0203')], [`3 ${CLIENT} 010203`]],
    ['overlapping', [one(0, '000301'), one(2, '010203')], [`2 ${CLIENT} 010203`]],
    ['around the end of the numbers', [one(-2, '0003'), one(0, '010203')], [`2 ${CLIENT} 010203`]],
    ['captured from the middle, swapped', [one(3, '0203'), one(0, '000301')], [`1 ${CLIENT} 010203`]],
    ['with a gap', [one(0, '000101'), one(9, '000102')], [`1 ${CLIENT} 01`, `2 ${CLIENT} 02 gap`]],
    ['cut short', [one(0, '000101000902')], [`1 ${CLIENT} 01`, `1 ${CLIENT} truncated`]],
  ])('%s', (_, packets, messages) => {
    expect(read(pcap(packets)).messages).toEqual(messages);
  });

  test('a port used again is another connection', () => {
    const again = [packet({ sequence: 7, flags: SYN }), one(8, '000105')];
    expect(read(pcap([...TALK, ...again])).messages).toEqual([...HEARD, `8 ${CLIENT} 05`]);
  });
});

test('takes only the port asked for', () => {
  expect(read(pcap(TALK), HOST_PORT).messages).toEqual(HEARD);
  expect(read(pcap(TALK), 1).messages).toEqual([]);
});

test('other packets, and packets too short for their headers, are passed over', () => {
  const udp = packet({ sequence: 0, payload: '000101' });
  udp[9] = 17;
  const fragment = packet({ sequence: 0, payload: '000101' });
  fragment[6] = 0x20;
  const short = [...TALK].map((bytes) => bytes.subarray(0, 30));
  expect(read(pcap([udp, fragment, ...short, Buffer.alloc(0)])).messages).toEqual([]);
});

test('a capture that ends inside a packet gives what it has', () => {
  for (const file of [pcap(TALK), pcapng(TALK)]) {
    expect(read(file.subarray(0, -1))).toEqual({
      messages: [`4 ${CLIENT} 010203`, `4 ${CLIENT} truncated`, `5 ${HOST} AA`],
      isCut: true,
    });
  }
});

test('refuses another file', () => {
  expect(() => read(Buffer.from('0800'))).toThrow(CommandFailure);
});
