import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { frame } from '@kassa/iso8583';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/kassa-process.ts';
import { systemTool } from '../testing/system-tool.ts';
import { eventually, systemUnderTest } from '../testing/system-under-test.ts';

/** The preferences docs/wire.md names. */
const PREFERENCES = [
  '-d',
  'tcp.port==8583,iso8583',
  '-o',
  'iso8583.len_endian:Big endian',
  '-o',
  'iso8583.charset:Digits represented as ASCII Characters',
  '-o',
  'iso8583.binencode:Bin data represented as Hex Ascii characters',
];

test('Wireshark reads every message of the readable dialect without a malformed field', async () => {
  const tshark = systemTool(['tshark'], 'tshark');
  const text2pcap = systemTool(['text2pcap'], 'wireshark-common');
  const sut = await systemUnderTest({ dialect: 'kassa-ascii', responseTimeoutMs: 300 });
  const frames: Uint8Array[] = [];
  let isLosing = false;
  sut.line.meddle = (bytes, direction) => {
    const isLost = isLosing && direction === 'to-terminal';
    if (!isLost) frames.push(frame('post', bytes));
    isLosing &&= !isLost;
    return isLost ? [] : [bytes];
  };
  await sut.pay({ card: 'halyk-visa', settle: 'non-cash' });
  await sut.pay({ card: 'halyk-visa', entry: 'swipe' });
  await sut.pay({ card: 'bcc-visa-wrong-key' });
  isLosing = true;
  await sut.pay({ card: 'altyn-visa' });
  await eventually(() => sut.system.terminals.get('20000001')?.pendingReversals === 0);
  await sut.close();

  const directory = temporaryDirectory();
  const capture = join(directory, 'payment.pcap');
  const dump = frames
    .map((bytes) => `0000 ${Buffer.from(bytes).toString('hex').replace(/../g, '$& ')}\n`)
    .join('\n');
  writeFileSync(join(directory, 'payment.txt'), dump);
  execFileSync(text2pcap, ['-q', '-T', '40000,8583', join(directory, 'payment.txt'), capture], {
    stdio: 'ignore',
  });
  const fields = ['iso8583.mti', '_ws.malformed', '_ws.expert.message'].flatMap((name) => ['-e', name]);
  const lines = execFileSync(tshark, ['-r', capture, ...PREFERENCES, '-T', 'fields', ...fields], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(lines.map(([mti]) => mti)).toEqual(
    frames.map((bytes) => Buffer.from(bytes.subarray(2, 6)).toString()),
  );
  expect(new Set(lines.map(([mti]) => mti))).toEqual(new Set(['0200', '0210', '0400', '0410']));
  expect(lines.filter(([, malformed, expert]) => malformed || expert)).toEqual([]);
});
