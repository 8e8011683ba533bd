import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadFixtures } from '@kassa/fixtures';
import { compileDialect, dialects } from '@kassa/iso8583';
import { beforeAll, describe, expect, test } from 'vitest';
import { openSystemKeys } from '../system/system-keys.ts';
import { kassa, kassaUp, pay, temporaryDirectory } from '../testing/kassa-process.ts';
import { eventually, systemUnderTest } from '../testing/system-under-test.ts';

interface Listed {
  readonly keys: readonly {
    readonly party: string;
    readonly name: string;
    readonly checkValue: string;
    readonly version: string;
    readonly keySerial: string | null;
  }[];
}

const list = async (directory: string, ...args: string[]): Promise<Listed['keys']> => {
  const { code, stdout, stderr } = await kassa('keys', 'list', '--data', directory, '--json', ...args);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as Listed).keys;
};
const find = (keys: Listed['keys'], party: string, name: string) =>
  keys.find((key) => key.party === party && key.name === name);
const secretsOf = (): string[] => {
  const { banks, acquirer, terminals, wrongImkAc } = loadFixtures().keys;
  const keys = [...Object.values(banks), ...Object.values(terminals), acquirer].flatMap((set) =>
    Object.entries(set).flatMap(([name, key]) => (name === 'initialKsn' ? [] : [key])),
  );
  return [...keys, wrongImkAc].map((key) => Buffer.from(key).toString('hex').toUpperCase());
};

describe('kassa keys init', () => {
  const directory = temporaryDirectory();
  let printed = '';
  beforeAll(async () => {
    printed = (await kassa('keys', 'init', '--data', directory)).stdout;
  });

  test('makes key file and stores for their owner alone, and prints check values only', async () => {
    const files = readdirSync(directory).filter((name) => /\.keys?$/.test(name));
    expect(files).toContain('local-master.key');
    expect(files).toContain('terminal-20000001.keys');
    for (const file of files) expect(statSync(join(directory, file)).mode & 0o777, file).toBe(0o600);
    const base = find(await list(directory), 'acquirer', 'terminal-base');
    expect(base?.checkValue).toMatch(/^[0-9A-F]{6}$/);
    expect(printed).toContain(base?.checkValue);
    for (const secret of secretsOf()) expect(printed).not.toContain(secret);
    expect(printed).not.toMatch(/[0-9A-Fa-f]{24}/);
    // Both ends of a zone hold the same keys.
    const keys = await list(directory);
    for (const name of ['zone-pin', 'zone-exchange'])
      expect(find(keys, 'bank-halyk', name)?.checkValue).toBe(
        find(keys, 'acquirer', `${name}/halyk`)?.checkValue,
      );
  });

  test('does nothing the second time', async () => {
    const before = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'hex'));
    expect((await kassa('keys', 'init', '--data', directory)).stdout).toBe(printed);
    expect(readdirSync(directory).map((name) => readFileSync(join(directory, name), 'hex'))).toEqual(before);
  });

  test('does not put other keys over the published ones', async () => {
    const { code, stderr } = await kassa('keys', 'init', '--random', '--data', directory);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `kassa: ${directory} holds the published test keys already: they are not overwritten.\nRemedy: choose another directory with --data\n`,
    );
  });

  test('a terminal is injected anew: another key set, and other keys at both ends', async () => {
    const copy = temporaryDirectory();
    cpSync(directory, copy, { recursive: true });
    const before = await list(copy);
    const { code } = await kassa('keys', 'inject', '--terminal', '20000001', '--anew', '--data', copy);
    expect(code).toBe(0);
    const after = await list(copy);
    const initial = find(after, 'terminal-20000001', 'initial');
    expect(initial?.keySerial).toBe('FFFF9876553201E00000');
    for (const name of ['initial', 'mac', 'exchange'] as const) {
      const own = find(after, 'terminal-20000001', name)?.checkValue;
      expect(own, name).not.toBe(find(before, 'terminal-20000001', name)?.checkValue);
      expect(own, name).toBe(find(after, 'acquirer', `terminal/20000001/${name}`)?.checkValue);
    }
    expect(find(after, 'terminal-20000002', 'mac')).toEqual(find(before, 'terminal-20000002', 'mac'));
    const sut = await systemUnderTest({ directory: copy });
    expect(await sut.pay({ card: 'halyk-visa' })).toMatchObject({ approved: true });
    await sut.close();
  });
});

describe('trouble with keys says what and what to do', () => {
  test.each([
    [
      'a key file others can read',
      (file: string) => chmodSync(file, 0o644),
      'can be read by others (mode 0644)',
    ],
    ['a missing key file', (file: string) => rmSync(file), 'is missing'],
    ['another key file', (file: string) => writeFileSync(file, new Uint8Array(32)), 'with another key file'],
  ])('%s', async (_name, spoil, expected) => {
    const directory = temporaryDirectory();
    await kassa('keys', 'init', '--data', directory);
    spoil(join(directory, 'local-master.key'));
    for (const command of [
      ['up', '--http', '0', '--iso', '0'],
      ['keys', 'list'],
      ['keys', 'init'],
    ]) {
      const { code, stdout, stderr } = await kassa(...command, '--data', directory);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(expected);
      expect(stderr).toContain('\nRemedy: ');
      expect(stderr).not.toContain('    at ');
    }
  });

  test('no keys at all', async () => {
    const directory = temporaryDirectory();
    const { code, stderr } = await kassa('keys', 'list', '--data', directory);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `kassa: there are no keys in ${directory}.\nRemedy: name its directory with --data, or make some with "kassa keys init"\n`,
    );
  });
});

test('a directory of random keys and a key file elsewhere: payments, rotation, restart', async () => {
  const directory = temporaryDirectory();
  const keyFile = join(temporaryDirectory(), 'elsewhere.key');
  const place = ['--data', directory, '--key-file', keyFile];
  expect((await kassa('keys', 'init', '--random', ...place)).code).toBe(0);
  expect(readdirSync(directory)).not.toContain('local-master.key');
  const first = await kassaUp(...place);
  expect(await pay(first.url, { card: 'halyk-visa' })).toMatchObject({ approved: true });
  const rotated = await kassa('keys', 'rotate', '--url', first.url, '--json');
  expect(rotated.code).toBe(0);
  const [one, two] = JSON.parse(rotated.stdout) as Record<string, string>[];
  expect([one?.terminal, one?.version, two?.terminal]).toEqual(['20000001', '02', '20000002']);
  expect(await pay(first.url, { card: 'halyk-visa' })).toMatchObject({ approved: true });
  // Killed: what was agreed is on disk at both ends.
  await first.kill();
  const keys = await list(directory, '--key-file', keyFile);
  expect(find(keys, 'terminal-20000001', 'mac')).toMatchObject({
    version: '02',
    checkValue: one?.checkValue,
  });
  expect(find(keys, 'acquirer', 'terminal/20000001/mac')?.checkValue).toBe(one?.checkValue);
  // The other terminal has not used its new key yet: the host waits with both.
  expect(find(keys, 'acquirer', 'terminal/20000002/mac-next')?.checkValue).toBe(two?.checkValue);
  const second = await kassaUp(...place);
  for (const terminal of ['20000001', '20000002'])
    expect(await pay(second.url, { card: 'altyn-visa', terminal })).toMatchObject({ approved: true });
  expect(await second.stop()).toBe(0);
}, 90_000);

test('keys are rotated while payments go on: none is lost, declined or reversed', async () => {
  const directory = temporaryDirectory();
  const sut = await systemUnderTest({ directory });
  const terminal = sut.system.terminals.get('20000001')!;
  let paying = true;
  const results: boolean[] = [];
  const till = (async () => {
    while (paying) results.push((await sut.pay({ card: 'halyk-visa', amount: 100n })).approved);
  })();
  const versions: string[] = [];
  for (let round = 0; round < 5; round++) {
    await eventually(() => results.length > round * 3);
    const exchanged = await terminal.exchangeKeys();
    versions.push(exchanged.ok ? exchanged.version : exchanged.why);
  }
  await eventually(() => results.length > 18);
  paying = false;
  await till;
  expect(versions).toEqual(['02', '03', '04', '05', '06']);
  expect(results.every((approved) => approved)).toBe(true);
  expect(terminal.pendingReversals).toBe(0);
  await sut.close();
  const keys = openSystemKeys({ directory, keyFile: null, clock: Date.now });
  expect(keys.acquirer.describe('terminal/20000001/mac').version).toBe('06');
  expect(keys.terminal('20000001').describe('mac').version).toBe('06');
  // No file of the directory holds a key, a PIN or a card number as text.
  const text = readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('\n');
  const { cards } = loadFixtures();
  for (const secret of [...secretsOf(), ...cards.map(({ pan }) => pan)]) {
    expect(text.includes(secret)).toBe(false);
    expect(text.includes(Buffer.from(secret, 'hex').toString('latin1'))).toBe(false);
  }
}, 60_000);

test('an answer to the key exchange that is lost loses no key', async () => {
  const sut = await systemUnderTest({ responseTimeoutMs: 300 });
  const terminal = sut.system.terminals.get('20000001')!;
  const codec = compileDialect(dialects.kassaBcd);
  sut.line.meddle = (bytes, direction) => {
    const isAnswer = direction === 'to-terminal' && codec.decode(bytes).fields[70] === '101';
    return isAnswer ? [] : [bytes];
  };
  expect(await terminal.exchangeKeys()).toMatchObject({ ok: false });
  expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({ approved: true });
  sut.line.meddle = (bytes) => [bytes];
  expect(await terminal.exchangeKeys()).toMatchObject({ ok: true, version: '02' });
  expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({ approved: true });
  await sut.close();
});

test('a key block of before, given again, is not taken', async () => {
  const sut = await systemUnderTest();
  const terminal = sut.system.terminals.get('20000001')!;
  const codec = compileDialect(dialects.kassaBcd);
  let kept: string | undefined;
  sut.line.meddle = (bytes, direction) => {
    if (direction === 'to-host') return [bytes];
    const { mti, fields } = codec.decode(bytes);
    if (fields[70] !== '101') return [bytes];
    kept ??= fields[48];
    return [codec.encode({ mti, fields: { ...fields, 48: kept ?? '' } })];
  };
  expect(await terminal.exchangeKeys()).toMatchObject({ ok: true, version: '02' });
  expect(await terminal.exchangeKeys()).toEqual({
    ok: false,
    why: 'the key block holds version 02, which does not follow 02',
  });
  expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({ approved: true });
  await sut.close();
});
