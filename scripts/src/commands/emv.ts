import {
  type DescribedTlvs,
  type DescribeTlvOptions,
  describeTagValue,
  describeTlv,
  LANGUAGES,
  type TagScheme,
} from '@kassa/emv';
import { fromHex, ProtocolError, readTag } from '@kassa/primitives';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../failure.ts';
import { errorJson } from '../wire/message-json.ts';
import { parseBytes } from '../wire/parse-bytes.ts';
import { emvListText, emvText } from './emv-text.ts';
import { readBytes } from './iso8583/read-input.ts';

const SCHEMES: readonly TagScheme[] = ['visa', 'mastercard'];
/** A data object list of any kind is read alike; in JSON it stands as CDOL1. */
const DOL_TAG = '8C';

interface EmvOptions {
  readonly tag?: string;
  readonly dol?: string;
  readonly tvr?: string;
  readonly scheme?: TagScheme;
  readonly lang: (typeof LANGUAGES)[number];
  readonly reveal?: true;
  readonly json?: true;
}

const ABOUT = `
Input: hexadecimal (spaces, 0x, hex dumps), base64, a file of either or of the bytes themselves, or - for standard input.

Card numbers and track 2 show their first six and last four digits; names, expiry, certificates, PIN data, script
commands and tags nobody defines show ***. --reveal prints them, to this terminal only: do not keep what it prints.

Schemes use some tags differently. The application identifier (4F, 84, 9F06) in the input tells which, or --scheme does.

Exit code: 0 read to its end, 1 broken (the part before is printed), 2 could not run.`;

export function addEmv(program: Command, finish: (code: number) => void): void {
  program
    .command('emv')
    .description('explain EMV data objects: tags, bits, lists, in English, Russian or Kazakh')
    .argument('[input]', 'data objects, or with --tag the value of one')
    .option('--tag <tag>', 'the input is the value of this tag: --tag 95 8000008000')
    .option('--dol <hex>', 'read a data object list')
    .option('--tvr <hex>', 'the same as --tag 95')
    .addOption(new Option('--scheme <name>', 'whose meaning tags have').choices([...SCHEMES]))
    .addOption(new Option('--lang <language>', 'language of the words').choices([...LANGUAGES]).default('en'))
    .option('--reveal', 'print what is masked')
    .option('--json', 'print { "objects", "error" }')
    .addHelpText('after', ABOUT)
    .action(async (input: string | undefined, options: EmvOptions) => {
      const { objects, error } = await explain(input, options);
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ objects, error: error === null ? null : errorJson(error) })}\n`,
        );
      } else {
        process.stdout.write(options.dol === undefined ? emvText(objects) : emvListText(objects));
        if (error !== null) process.stdout.write(`Cannot be read any further: ${error.message}\n`);
      }
      finish(error === null ? 0 : 1);
    });
}

async function explain(input: string | undefined, options: EmvOptions): Promise<DescribedTlvs> {
  const { tag, dol, tvr, scheme, lang, reveal } = options;
  if ([tag, dol, tvr].filter((one) => one !== undefined).length > 1) {
    throw new CommandFailure('--tag, --dol and --tvr exclude each other');
  }
  if (input !== undefined && (dol ?? tvr) !== undefined) {
    throw new CommandFailure('--dol and --tvr bring their own input');
  }
  const describe: DescribeTlvOptions = {
    language: lang,
    isRevealed: reveal === true,
    ...(scheme === undefined ? {} : { scheme }),
  };
  if (dol !== undefined) return describeTagValue(DOL_TAG, parseBytes(dol), describe);
  if (tvr !== undefined) return describeTagValue('95', parseBytes(tvr), describe);
  const bytes = await readBytes(input);
  return tag === undefined ? describeTlv(bytes, describe) : describeTagValue(tagOf(tag), bytes, describe);
}

/** @throws CommandFailure unless the text is exactly one tag. */
function tagOf(text: string): string {
  const hex = text.toUpperCase();
  if (/^([0-9A-F]{2}){1,3}$/.test(hex) && isTag(hex)) return hex;
  throw new CommandFailure(`"${text.slice(0, 12)}" is not a tag.\nRemedy: give one like 95 or 9F26`);
}

function isTag(hex: string): boolean {
  try {
    return readTag(fromHex(hex), 0, 'tag').tag === hex;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
