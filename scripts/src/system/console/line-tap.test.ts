import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { frame } from '@kassa/iso8583';
import { fromHex, toHex } from '@kassa/primitives';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../testing/system-under-test.ts';
import { type LineTap, openLineTap } from './line-tap.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A host that answers every byte with the same, behind a tap, and someone connected to it. */
async function line(): Promise<{ tap: LineTap; terminal: Socket; heard: () => string }> {
  const host = createServer((socket) => socket.pipe(socket).on('error', () => undefined));
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const tap = await openLineTap({ address: '127.0.0.1', port: (host.address() as AddressInfo).port });
  const terminal = createConnection({ host: '127.0.0.1', port: tap.port });
  let heard = '';
  terminal.on('data', (chunk) => {
    heard += toHex(chunk);
  });
  closers.push(
    () => terminal.destroy(),
    () => tap.close(),
    () => host.close(),
  );
  return { tap, terminal, heard: () => heard };
}

test('the line goes on as if nobody listened, and a message is found by what is shown of it', async () => {
  const { tap, terminal, heard } = await line();
  const first = frame('post', fromHex('0200AABBCC'));
  const second = frame('post', fromHex('0200AADDCC'));
  terminal.write(first.subarray(0, 3));
  terminal.write(first.subarray(3));
  terminal.write(second);
  await eventually(() => heard() === toHex(first) + toHex(second));
  const found = (masked: string) => {
    const bytes = tap.find(masked);
    return bytes && toHex(bytes);
  };
  expect(found('0200AABBCC')).toBe('0200AABBCC');
  expect(found('0200AA**CC')).toBe('0200AADDCC');
  expect(found('0200**BB**')).toBe('0200AABBCC');
  expect(found('0200AA**')).toBeUndefined();
  expect(found('0210AA**CC')).toBeUndefined();
});

test('what is no frame is passed on all the same', async () => {
  const { tap, terminal, heard } = await line();
  terminal.write(fromHex('FFFF0102'));
  await eventually(() => heard() === 'FFFF0102');
  expect(tap.find('0102')).toBeUndefined();
});

test('when the terminal hangs up, so does the line; when the tap closes, both do', async () => {
  const { tap, terminal } = await line();
  await new Promise<void>((resolve) => terminal.once('connect', () => resolve()));
  const closed = new Promise<void>((resolve) => terminal.once('close', () => resolve()));
  tap.close();
  await closed;
  expect(terminal.destroyed).toBe(true);
});
