import { type AddressInfo, createServer, type Server } from 'node:net';
import { compileDialect, createDeframer, frame, kassaBcd, responseMti } from '@kassa/iso8583';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../../main.ts';

const ECHO = JSON.stringify({ mti: '0800', fields: { 7: '1123134530', 11: '000042', 70: '301' } });

let out: string;
let err: string;
let host: Server;
let address: string;
/** What the host does with a message; nothing is no answer. */
let answer: (body: Uint8Array) => Uint8Array | 'close' | undefined;

beforeEach(async () => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += chunk;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    err += chunk;
    return true;
  });
  host = createServer((socket) => {
    const deframer = createDeframer('post', { maxBytes: 1000 });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const body of deframer.push(chunk)) {
        const reply = answer(body);
        if (reply === 'close') socket.destroy();
        else if (reply !== undefined) socket.write(reply);
      }
    });
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(host.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.restoreAllMocks();
  if (host.listening) await new Promise((resolve) => host.close(resolve));
});

function approve(body: Uint8Array): Uint8Array {
  const codec = compileDialect(kassaBcd);
  const { mti, fields } = codec.decode(body);
  return frame('post', codec.encode({ mti: responseMti(mti), fields: { ...fields, 39: '00' } }));
}

test('prints both messages and exits 0 where the answer is as expected', async () => {
  answer = approve;
  expect(await main(['send', '--to', address, '--expect', '39=00', '--expect', '0=0810', ECHO])).toBe(0);
  expect(out).toMatch(/0800 {2}\(network management request/);
  expect(out).toMatch(/39 {2}Response code +00 {2}\(approved/);
});

test('exits 1 and names each element that is otherwise', async () => {
  answer = approve;
  expect(await main(['send', '--to', address, '--expect', '39=05', '--expect', '38=ABC', ECHO])).toBe(1);
  expect(err).toBe(
    'kassa: element 39 of the answer is not what was expected\nkassa: element 38 of the answer is not there\n',
  );
});

test('exits 1 where the answer cannot be read', async () => {
  answer = () => frame('post', Uint8Array.of(0x08));
  expect(await main(['send', '--to', address, ECHO])).toBe(1);
  expect(err).toMatch(/^kassa: the answer cannot be read: truncated at 0 /);
});

test.each<[string, typeof answer, string]>([
  ['closes', () => 'close', 'the connection was closed without an answer'],
  ['does not answer', () => undefined, 'no answer within 0.2 s'],
  ['answers nonsense', () => Uint8Array.of(0, 0), 'what came back is no frame: bad-length at frame'],
])('exits 2 where the host %s', async (_, behaviour, problem) => {
  answer = behaviour;
  expect(await main(['send', '--to', address, '--timeout', '0.2', ECHO])).toBe(2);
  expect(err).toContain(`kassa: ${address}: ${problem}`);
});

test('exits 2 where nobody listens', async () => {
  await new Promise((resolve) => host.close(resolve));
  expect(await main(['send', '--to', address, ECHO])).toBe(2);
  expect(err).toContain('ECONNREFUSED');
});

test('--dry-run connects to nothing', async () => {
  let connections = 0;
  host.on('connection', () => connections++);
  expect(await main(['send', '--to', address, '--dry-run', ECHO])).toBe(0);
  expect(out.split('\n')[0]).toBe('0800822000000000000004000000000000001123134530000042' + '0301');
  expect(connections).toBe(0);
});

test.each([
  [['--expect', 'DE39'], 'an expectation is ELEMENT=VALUE'],
  [['--dialect', 'iso-1993', '--framing', 'morse'], 'there is no framing "morse"'],
])('cannot run with %s', async (args, problem) => {
  expect(await main(['send', '--to', address, ...args, ECHO])).toBe(2);
  expect(err).toContain(problem);
});

test('cannot run with a message the dialect cannot carry', async () => {
  const message = JSON.stringify({ mti: '0800', fields: { 11: '42' } });
  expect(await main(['send', '--to', address, message])).toBe(2);
  expect(err).toContain('kassa-bcd cannot carry the message: bad-length at 11');
});
