import type { PaymentResult } from '@kassa/terminal';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../failure.ts';
import { askKassa } from './ask-kassa.ts';

interface PayOptions {
  readonly url: string;
  readonly amount: string;
  readonly card?: string;
  readonly entry?: 'chip' | 'swipe' | 'tap';
  /** In place of the two. */
  readonly tap?: string;
  readonly pin?: string;
  readonly settle?: 'digital' | 'non-cash';
  readonly terminal?: string;
  readonly json?: true;
}

export function addPay(program: Command, finish: (code: number) => void): void {
  program
    .command('pay')
    .description('run one payment through an emulated terminal of a running kassa')
    .option('--url <url>', 'where kassa is running', 'http://127.0.0.1:8080')
    .requiredOption('--amount <tenge>', 'like 1500.00')
    .option('--tap <id>', 'a test card to tap: short for --card ID --entry tap')
    .option('--card <id>', 'a test card, like halyk-visa')
    .addOption(new Option('--entry <how>', 'how the card is read').choices(['chip', 'swipe', 'tap']))
    .option('--pin <digits>', 'what the cardholder enters; without it the card\'s own test PIN, "" for none')
    .addOption(
      new Option(
        '--settle <how>',
        "how the merchant takes it; without it as the merchant's profile says",
      ).choices(['digital', 'non-cash']),
    )
    .option('--terminal <id>', 'which terminal; without it the first')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', '\nExit code: 0 approved, 1 declined, 2 could not run.')
    .action(async (options: PayOptions) => {
      const result = await pay(options);
      process.stdout.write(options.json ? `${JSON.stringify(inOrder(result))}\n` : `${inWords(result)}\n`);
      finish(result.approved ? 0 : 1);
    });
}

async function pay(options: PayOptions): Promise<PaymentResult> {
  const { url, amount, pin, settle, tap } = options;
  const card = tap ?? options.card;
  const entry = tap === undefined ? options.entry : 'tap';
  if (!card || !entry || (tap !== undefined && (options.card ?? options.entry) !== undefined)) {
    throw new CommandFailure(
      'which card and how: give --card ID with --entry chip|swipe|tap, or --tap ID alone',
    );
  }
  const terminal = options.terminal ?? (await firstTerminal(url));
  const order = { amount, card, entry, ...(pin === undefined ? {} : { pin }), ...(settle ? { settle } : {}) };
  return askKassa<PaymentResult>(url, `/v1/terminals/${encodeURIComponent(terminal)}/payments`, order);
}

async function firstTerminal(url: string): Promise<string> {
  const terminals = await askKassa<readonly { id: string }[]>(url, '/v1/terminals');
  const first = terminals[0];
  if (!first) throw new CommandFailure(`${url} has no terminal`);
  return first.id;
}

function inOrder(result: PaymentResult): PaymentResult {
  const { transactionId, approved, responseCode, approvalCode, stan, rrn, amount, route, reason } = result;
  return { transactionId, approved, responseCode, approvalCode, stan, rrn, amount, route, reason };
}

function inWords(result: PaymentResult): string {
  const { approved, amount, responseCode, approvalCode, route, reason, transactionId } = result;
  return approved
    ? `approved  ${amount} KZT  ${route}  approval code ${approvalCode}  ${transactionId}`
    : `declined  ${amount} KZT  ${responseCode}  ${reason}  ${transactionId}`;
}
