import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConsumerPayload } from '@kassa/qr';
import type { Browser } from 'playwright-core';
import { toBuffer } from 'qrcode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../main.ts';
import { launchBrowser } from '../testing/browser.ts';
import { systemTool } from '../testing/system-tool.ts';
import { readCodes } from './qr-image.ts';

const INSTALL_MS_MAX = 300_000;
const KAZAKH = 'Қаз Маркет: ә ғ қ ң ө ұ ү һ і, 最佳运输, 😀';

let folder: string;
let out: string;
let err: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kassa-qr-image-'));
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
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);

async function payloadOf(...args: string[]): Promise<string> {
  out = '';
  expect(await main(['qr', 'encode', ...args, '--json'])).toBe(0);
  const { payload } = JSON.parse(out);
  out = '';
  return payload;
}

describe('a drawn code', () => {
  const phone = buildConsumerPayload({ applications: [{ aid: 'F04B5A4454303031', label: 'Tenge' }] });
  test.each([
    ['a merchant', ['--merchant', 'kofe-abay', '--amount', '1500.00']],
    ['a phone', ['--payload', phone]],
  ])('of %s is read here and by an independent reader', { timeout: INSTALL_MS_MAX }, async (_, args) => {
    const payload = await payloadOf(...args, '--png', file('code.png'), '--svg', file('code.svg'));
    expect(await readCodes(file('code.png'))).toEqual([payload]);
    const zbar = spawnSync(
      systemTool(['zbarimg'], 'zbar-tools'),
      ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file('code.png')],
      { encoding: 'utf8' },
    );
    expect({ status: zbar.status, stdout: zbar.stdout }).toEqual({ status: 0, stdout: `${payload}\n` });
    expect(readFileSync(file('code.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });

  test('keeps every letter', async () => {
    writeFileSync(file('code.png'), await toBuffer(KAZAKH));
    expect(await readCodes(file('code.png'))).toEqual([KAZAKH]);
  });
});

describe('a photo', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, INSTALL_MS_MAX);
  afterAll(() => browser?.close());

  /** Two codes on a counter, seen from the side, out of focus, as a JPEG. */
  async function photograph(...payloads: string[]): Promise<void> {
    const images = await Promise.all(payloads.map((payload) => toBuffer(payload, { scale: 5 })));
    const codes = images
      .map((image) => `<img style="margin:30px" src="data:image/png;base64,${image.toString('base64')}">`)
      .join('');
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    await page.setContent(
      `<body style="background:linear-gradient(#b9a98c,#5d6b70);padding:80px"><div style="filter:blur(1px) brightness(0.8);
      transform:perspective(1500px) rotateY(25deg) rotateX(15deg) rotate(8deg)">${codes}</div></body>`,
    );
    writeFileSync(file('photo.jpg'), await page.screenshot({ type: 'jpeg', quality: 50 }));
    await page.close();
  }

  test('is read, several codes on it too', { timeout: 30_000 }, async () => {
    const payload = await payloadOf('--merchant', 'kofe-abay');
    await photograph(payload, 'https://qr.kaspi.kz/1234567890');
    const codes = await readCodes(file('photo.jpg'));
    expect([...codes].sort()).toEqual([payload, 'https://qr.kaspi.kz/1234567890'].sort());
    expect(await main(['qr', 'read', file('photo.jpg'), '--json'])).toBe(0);
    const { codes: read } = JSON.parse(out);
    expect(
      read.map(({ payload: text, mode, valid }: Record<string, unknown>) => [text, mode, valid]).sort(),
    ).toEqual(
      [
        [payload, 'merchant', true],
        ['https://qr.kaspi.kz/1234567890', 'link', true],
      ].sort(),
    );
  });
});

describe('kassa qr read', () => {
  test('prints the payload and its fields, and answers 1 for one that is not valid', async () => {
    const payload = await payloadOf('--merchant', 'kofe-abay', '--png', file('code.png'));
    expect(await main(['qr', 'read', file('code.png')])).toBe(0);
    expect(out.split('\n').slice(0, 3)).toEqual([
      payload,
      '',
      '00       payload format indicator              01',
    ]);
    out = '';
    writeFileSync(file('code.png'), await toBuffer(`${payload}\n`));
    expect(await main(['qr', 'read', file('code.png')])).toBe(1);
    expect(out).toContain(`${payload}\\u{A}\n\nnot valid: trailing-data at payload`);
  });

  test('answers 1 where there is no code', async () => {
    // The smallest PNG there is: one white pixel.
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP6DwABBQECz6AuzQAAAABJRU5ErkJggg==';
    writeFileSync(file('empty.png'), Buffer.from(pixel, 'base64'));
    expect(await main(['qr', 'read', file('empty.png')])).toBe(1);
    expect(out).toBe(`no QR code found in ${file('empty.png')}\n`);
    out = '';
    expect(await main(['qr', 'read', file('empty.png'), '--json'])).toBe(1);
    expect(JSON.parse(out)).toEqual({ codes: [] });
  });

  const png = (width: number, height: number): Buffer => {
    const image = Buffer.alloc(64);
    Buffer.from('89504E470D0A1A0A0000000D49484452', 'hex').copy(image);
    image.writeUInt32BE(width, 16);
    image.writeUInt32BE(height, 20);
    return image;
  };
  test.each<[string, Buffer | undefined, RegExp]>([
    ['no file', undefined, /^kassa: cannot read the image: ENOENT/],
    [
      'a text',
      Buffer.from('not an image at all'),
      /is not an image that can be read: neither the size of a PNG nor of a JPEG in it\.\nRemedy: save it as PNG or JPEG\n$/,
    ],
    ['a PNG of nothing', png(10, 10), /is not an image that can be read: /],
    [
      'a PNG of a billion pixels',
      png(50_000, 50_000),
      /is 50000 × 50000: at most 100000000 pixels are read\n$/,
    ],
    [
      'a JPEG of a billion pixels',
      Buffer.from('FFD8FFE00004AABBFFC0001108C350C35003', 'hex'),
      /is 50000 × 50000: at most/,
    ],
    ['a JPEG without a frame', Buffer.from('FFD8FFD9000000000000', 'hex'), /is not an image/],
  ])('could not run with %s', async (_, image, message) => {
    if (image) writeFileSync(file('image'), image);
    expect(await main(['qr', 'read', file('image')])).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe('');
  });
});
