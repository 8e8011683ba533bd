import type { Command } from 'commander';
import {
  ABOUT_LEVELS,
  type CheckOptions,
  check,
  decoded,
  linted,
  printable,
  withCheckOptions,
} from './qr-check.ts';
import { ABOUT_GUID, addQrEncode } from './qr-encode.ts';
import { readCodes } from './qr-image.ts';

interface ReportOptions extends CheckOptions {
  readonly json?: true;
}

const EXIT_CODES = '\n\nExit code: 0 valid, 1 not valid, 2 could not run.';
const ABOUT_DECODE = '\nCard numbers, tracks and merchant accounts 02 to 25 are shown masked.';

export function addQr(program: Command, finish: (code: number) => void): void {
  const qr = program
    .command('qr')
    .description('EMVCo QR payloads, merchant- and consumer-presented: write, draw, read, check');
  addQrEncode(qr, finish);
  withCheckOptions(qr.command('decode'))
    .description('check a payload and name every field of it')
    .argument('<payload>', 'the text of the code')
    .option('--json', 'print the fields, or the error, as one JSON object')
    .addHelpText('after', `${ABOUT_DECODE}${ABOUT_LEVELS}\n${ABOUT_GUID}${EXIT_CODES}`)
    .action((payload: string, options: ReportOptions) => {
      const report = check(payload, options);
      const { json, text } = decoded(report);
      process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : text);
      finish(report.isValid ? 0 : 1);
    });
  withCheckOptions(qr.command('lint'))
    .description('say everything that is wrong with a payload, where, by which rule, and what to do')
    .argument('<payload>', 'the text of the code')
    .option('--json', 'print the findings as one JSON object')
    .addHelpText('after', `${ABOUT_LEVELS}\n${ABOUT_GUID}${EXIT_CODES}`)
    .action((payload: string, options: ReportOptions) => {
      const report = check(payload, options);
      const { json, text } = linted(report);
      process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : text);
      finish(report.isValid ? 0 : 1);
    });
  withCheckOptions(qr.command('read'))
    .description('read the codes in a PNG or JPEG image, and decode them')
    .argument('<image>', 'a drawing, a screenshot or a photo')
    .option('--json', 'print { "codes": [{ "payload", … }] } as one JSON object')
    .addHelpText(
      'after',
      `${ABOUT_DECODE}${ABOUT_LEVELS}\n\nExit code: 0 all valid, 1 some not, or no code found, 2 could not run.`,
    )
    .action(async (image: string, options: ReportOptions) => {
      const codes = (await readCodes(image)).map((payload) => {
        const report = check(payload, options);
        return { payload, isValid: report.isValid, ...decoded(report) };
      });
      process.stdout.write(options.json ? jsonOfCodes(codes) : textOfCodes(codes, image));
      finish(codes.length > 0 && codes.every(({ isValid }) => isValid) ? 0 : 1);
    });
}

interface ReadCode {
  readonly payload: string;
  readonly json: unknown;
  readonly text: string;
}

function jsonOfCodes(codes: readonly ReadCode[]): string {
  const rows = codes.map(({ payload, json }) => ({ payload, ...Object(json) }));
  return `${JSON.stringify({ codes: rows })}\n`;
}

function textOfCodes(codes: readonly ReadCode[], image: string): string {
  if (codes.length === 0) return `no QR code found in ${image}\n`;
  return codes.map(({ payload, text }) => `${printable(payload)}\n\n${text}`).join('\n');
}
