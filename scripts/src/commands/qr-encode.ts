import { writeFileSync } from 'node:fs';
import { loadFixtures, type MerchantFixture } from '@kassa/fixtures';
import { AmountError, KZT_NUMERIC, ProtocolError, parseTenge, type Tiyn } from '@kassa/primitives';
import { buildMerchantPayload, lintPayload } from '@kassa/qr';
import type { Command } from 'commander';
import { create, toString as drawText, toBuffer } from 'qrcode';
import { CommandFailure } from '../failure.ts';
import { type CheckOptions, levelAndProfile, withCheckOptions } from './qr-check.ts';
import { ABOUT_FIELDS, payloadOfFields } from './qr-fields.ts';

const ACCOUNT_TAG = '26';
/** Beside the identifier in the account template: which merchant of the scheme. */
const MERCHANT_NUMBER_TAG = '01';

export const ABOUT_GUID = `
The payload of Kazakhstan's national QR is not published. The merchant account template (tag ${ACCOUNT_TAG}) and its
identifier kz.example.ckzt are Kassa's own fictitious ones: no real wallet will pay this code. --guid sets another.`;

interface EncodeOptions extends CheckOptions {
  readonly merchant?: string;
  readonly fields?: string;
  readonly payload?: string;
  readonly amount?: string;
  readonly bill?: string;
  readonly reference?: string;
  readonly terminal?: string;
  readonly png?: string;
  readonly svg?: string;
  readonly json?: true;
}

export function addQrEncode(qr: Command, finish: (code: number) => void): void {
  withCheckOptions(qr.command('encode'))
    .description('print a payload, and the code to scan')
    .option('--merchant <id>', 'of a demo merchant of the fixtures, like kofe-abay')
    .option('--fields <file>', 'of the data objects in a JSON file (see below)')
    .option('--payload <text>', 'any payload as it is, broken ones too')
    .option('--amount <tenge>', 'like 1500.00; without it a static code, where the payer types it')
    .option('--bill <text>', 'bill number (62.01), at most 25 characters')
    .option('--reference <text>', 'reference label (62.05), at most 25 characters')
    .option('--terminal <id>', 'terminal label (62.07), at most 25 characters')
    .option('--png <file>', 'also draw the code into this file')
    .option('--svg <file>', 'also draw the code into this file')
    .option('--json', 'print { "payload" } only')
    .addHelpText(
      'after',
      `${ABOUT_FIELDS}\n\n--amount, --bill, --reference and --terminal go with --merchant; --level and --profile with --fields.\n${ABOUT_GUID}\n\nExit code: 0 done, 2 could not run.`,
    )
    .action(async (options: EncodeOptions) => {
      const payload = payloadOf(options);
      const { png, svg, json } = options;
      const code = await draw(payload);
      if (png !== undefined) write(png, await toBuffer(payload, { type: 'png' }));
      if (svg !== undefined) write(svg, await drawText(payload, { type: 'svg' }));
      process.stdout.write(json ? `${JSON.stringify({ payload })}\n` : `${payload}\n\n${code}\n`);
      finish(0);
    });
}

function payloadOf(options: EncodeOptions): string {
  const { merchant, fields, payload } = options;
  const sources = [merchant, fields, payload].filter((source) => source !== undefined);
  if (sources.length !== 1) {
    throw new CommandFailure(
      'a code is made of one thing.\nRemedy: name one of --merchant, --fields, --payload',
    );
  }
  if (payload !== undefined) return anyPayload(payload);
  if (fields === undefined) return merchantPayload(options, merchant ?? '');
  const { level, profile } = levelAndProfile(options);
  return described(() => payloadOfFields(fields, level, profile));
}

/** Whatever it says, but not in silence. */
function anyPayload(payload: string): string {
  const { isValid, findings } = lintPayload(payload, { level: 'strict' });
  const first = findings.find(({ severity }) => severity === 'error');
  if (!isValid && first) {
    const { path, expected, found } = first;
    process.stderr.write(`kassa: this payload is not valid: ${path} takes ${expected}, not ${found}\n`);
  }
  return payload;
}

/** Two modules a line. @throws CommandFailure for what fits into no code. */
async function draw(payload: string): Promise<string> {
  try {
    create(payload, {});
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`cannot draw a code: ${reason}`, { cause: error });
  }
  return drawText(payload, { type: 'utf8' });
}

function write(file: string, image: Buffer | string): void {
  try {
    writeFileSync(file, image);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`cannot write the image: ${reason}`, { cause: error });
  }
}

function amountOf(text: string): Tiyn {
  try {
    return parseTenge(text);
  } catch (error) {
    if (error instanceof AmountError) throw new CommandFailure(error.message, { cause: error });
    throw error;
  }
}

function merchantPayload(options: EncodeOptions, id: string): string {
  const { amount, bill, reference, terminal, guid } = options;
  const merchant = merchantOf(id);
  return described(() =>
    buildMerchantPayload({
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
    }),
  );
}

/** What the writer refuses, in words of the command line. */
function described(build: () => string): string {
  try {
    return build();
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
