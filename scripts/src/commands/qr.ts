import { writeFileSync } from 'node:fs';
import { loadFixtures, type MerchantFixture } from '@kassa/fixtures';
import { AmountError, KZT_NUMERIC, ProtocolError, parseTenge, type Tiyn } from '@kassa/primitives';
import { buildMerchantPayload, type DescribedObject, describePayload, parseMerchantPayload } from '@kassa/qr';
import type { Command } from 'commander';
import { toString as drawText, toBuffer } from 'qrcode';
import { CommandFailure } from '../failure.ts';

/** An account template of our own: `example` can belong to nobody (RFC 2606). */
const FICTITIOUS_GUID = 'kz.example.ckzt';
const ACCOUNT_TAG = '26';
/** Beside the identifier in the account template: which merchant of the scheme. */
const MERCHANT_NUMBER_TAG = '01';

const ABOUT_GUID = `
The payload of Kazakhstan's national QR is not published. The merchant account template (tag ${ACCOUNT_TAG}) and its
identifier ${FICTITIOUS_GUID} are Kassa's own fictitious ones: no real wallet will pay this code. --guid sets another.`;

interface EncodeOptions {
  readonly merchant: string;
  readonly amount?: string;
  readonly bill?: string;
  readonly reference?: string;
  readonly terminal?: string;
  readonly guid: string;
  readonly png?: string;
  readonly json?: true;
}

export function addQr(program: Command, finish: (code: number) => void): void {
  const qr = program.command('qr').description('EMVCo merchant-presented QR payloads: write one, read one');
  qr.command('encode')
    .description('print the payload for a demo merchant, and the code to scan')
    .requiredOption('--merchant <id>', 'a merchant of the fixtures, like kofe-abay')
    .option('--amount <tenge>', 'like 1500.00; without it a static code, where the payer types it')
    .option('--bill <text>', 'bill number (62.01), at most 25 characters')
    .option('--reference <text>', 'reference label (62.05), at most 25 characters')
    .option('--terminal <id>', 'terminal label (62.07), at most 25 characters')
    .option('--guid <id>', 'identifier of the account template, fictitious (see below)', FICTITIOUS_GUID)
    .option('--png <file>', 'also draw the code into this file')
    .option('--json', 'print { "payload" } only')
    .addHelpText('after', `${ABOUT_GUID}\n\nExit code: 0 done, 2 could not run.`)
    .action(async (options: EncodeOptions) => {
      const payload = encode(options);
      if (options.png !== undefined) await drawPng(payload, options.png);
      const code = options.json ? '' : await drawText(payload, { type: 'utf8' });
      process.stdout.write(options.json ? `${JSON.stringify({ payload })}\n` : `${payload}\n\n${code}\n`);
      finish(0);
    });
  qr.command('decode')
    .description('check a payload and name every field of it')
    .argument('<payload>', 'the text of the code')
    .option('--json', 'print the fields, or the error, as one JSON object')
    .addHelpText(
      'after',
      `\nMerchant accounts 02 to 25 may be card numbers and are shown masked.${ABOUT_GUID}\n\nExit code: 0 valid, 1 not valid, 2 could not run.`,
    )
    .action((payload: string, options: { readonly json?: true }) => {
      const { valid, json, text } = decode(payload);
      process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : text);
      finish(valid ? 0 : 1);
    });
}

function amountOf(text: string): Tiyn {
  try {
    return parseTenge(text);
  } catch (error) {
    if (error instanceof AmountError) throw new CommandFailure(error.message, { cause: error });
    throw error;
  }
}

function encode({ merchant: id, amount, bill, reference, terminal, guid }: EncodeOptions): string {
  const merchant = merchantOf(id);
  try {
    return buildMerchantPayload({
      pointOfInitiation: amount === undefined ? 'static' : 'dynamic',
      merchantAccount: {
        tag: ACCOUNT_TAG,
        guid,
        fields: [{ tag: MERCHANT_NUMBER_TAG, value: merchant.merchantNumber }],
      },
      mcc: merchant.mcc,
      currency: KZT_NUMERIC,
      ...(amount === undefined ? {} : { amount: amountOf(amount) }),
      country: 'KZ',
      merchantName: merchant.name,
      merchantCity: merchant.city,
      ...(bill === undefined ? {} : { billNumber: bill }),
      ...(reference === undefined ? {} : { referenceLabel: reference }),
      ...(terminal === undefined ? {} : { terminalLabel: terminal }),
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { path, expected, found } = error;
    const message = `cannot write a payload: ${path} takes ${expected}, not ${found}`;
    throw new CommandFailure(message, { cause: error });
  }
}

function merchantOf(id: string): MerchantFixture {
  const { merchants } = loadFixtures();
  const merchant = merchants.find((one) => one.id === id);
  if (merchant) return merchant;
  const known = merchants.map((one) => one.id).join(', ');
  throw new CommandFailure(`there is no merchant "${id}".\nRemedy: name one of ${known}`);
}

async function drawPng(payload: string, file: string): Promise<void> {
  const image = await toBuffer(payload, { type: 'png' });
  try {
    writeFileSync(file, image);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`cannot write the image: ${reason}`, { cause: error });
  }
}

/** Whether the payload is valid, and what to print of it in both forms. */
function decode(payload: string): { valid: boolean; json: unknown; text: string } {
  try {
    const fields = describePayload(parseMerchantPayload(payload));
    return { valid: true, json: { valid: true, fields }, text: fields.map(lineOf).join('') };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, path, offset, expected, found, message } = error;
    const json = { valid: false, error: { code, path, offset, expected, found } };
    return { valid: false, json, text: `not valid: ${message}\n` };
  }
}

function lineOf({ path, name, value }: DescribedObject): string {
  return `${path.padStart(path.length > 2 ? 7 : 2).padEnd(9)}${name.padEnd(38)}${printable(value ?? '')}`
    .trimEnd()
    .concat('\n');
}

/** What a stranger put into a code must not steer the terminal it is printed on. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  });
}
