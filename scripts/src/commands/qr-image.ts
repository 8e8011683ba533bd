import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CommandFailure } from '../failure.ts';

/** An image larger than this in bytes, or with more pixels, is not read: a phone's photo has a tenth of it. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const PIXELS_MAX = 100_000_000;
/** A page of stickers, read at once. */
const CODES_MAX = 32;

/**
 * Texts of the QR codes in a PNG or JPEG image, as far as any are found: turned, bent, inverted ones too.
 * @throws CommandFailure for a file that is not such an image.
 */
export async function readCodes(file: string): Promise<readonly string[]> {
  const image = readImage(file);
  const { readBarcodes, prepareZXingModule } = await import('zxing-wasm/reader');
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  // Without this it would fetch the program from a content delivery network.
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
  const codes = await readBarcodes(new Uint8Array(image), {
    formats: ['QRCode'],
    tryHarder: true,
    maxNumberOfSymbols: CODES_MAX,
  });
  // What is no image comes back as one code of no format, whose error says so.
  const broken = codes.find(({ isValid, format }) => !isValid && String(format) === '');
  if (broken) throw notAnImage(file, broken.error);
  return codes.filter(({ isValid }) => isValid).map(({ bytes, text }) => textOf(bytes, text));
}

/** A payload is UTF-8, whatever the code says of its characters; another encoding is the reader's guess. */
function textOf(bytes: Uint8Array, guess: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return guess;
  }
}

function readImage(file: string): Buffer {
  let image: Buffer;
  try {
    image = readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`cannot read the image: ${reason}`, { cause: error });
  }
  if (image.length > FILE_BYTES_MAX) {
    throw new CommandFailure(`${file} has ${image.length} bytes: at most ${FILE_BYTES_MAX} are read`);
  }
  const size = sizeOfPng(image) ?? sizeOfJpeg(image);
  if (!size) throw notAnImage(file, 'neither the size of a PNG nor of a JPEG in it');
  if (size.width * size.height > PIXELS_MAX) {
    throw new CommandFailure(
      `${file} is ${size.width} × ${size.height}: at most ${PIXELS_MAX} pixels are read`,
    );
  }
  return image;
}

function notAnImage(file: string, reason: string): CommandFailure {
  return new CommandFailure(
    `${file} is not an image that can be read: ${reason}.\nRemedy: save it as PNG or JPEG`,
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const PNG_SIGNATURE = Buffer.from('89504E470D0A1A0A', 'hex');

/** PNG (ISO/IEC 15948), 11.2.2: IHDR comes first, width and height in four bytes each. */
function sizeOfPng(image: Buffer): Size | undefined {
  if (image.length < 24 || !image.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return undefined;
  return { width: image.readUInt32BE(16), height: image.readUInt32BE(20) };
}

/** ITU-T T.81, annex B: segments of marker and length, until a start of frame says height and width. */
function sizeOfJpeg(image: Buffer): Size | undefined {
  if (image.length < 4 || image.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 <= image.length && image[at] === 0xff) {
    const marker = image[at + 1] ?? 0;
    // C4, C8 and CC are in the range of start of frame, but are tables.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: image.readUInt16BE(at + 5), width: image.readUInt16BE(at + 7) };
    // FF before a marker is filling.
    at += marker === 0xff ? 1 : 2 + image.readUInt16BE(at + 2);
  }
  return undefined;
}
