import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PostgresAddressError } from '@kassa/ledger-client';
import { displayTenge } from '@kassa/primitives';
import { storageErrorOf } from '@kassa/storage';
import type { Command } from 'commander';
import { CommandFailure } from '../failure.ts';
import { auditSystem, type SystemAudit } from '../system/audit-system.ts';
import { type LedgerOption, ledgerOption, takeLedgerUrl } from './ledger-option.ts';

interface AuditOptions extends LedgerOption {
  readonly data: string;
  readonly json?: true;
}

export function addAudit(program: Command, finish: (code: number) => void): void {
  program
    .command('audit')
    .description(
      'recompute every book of a data directory from its journals; also while kassa is running on it',
    )
    .option('--data <dir>', 'data directory', '.kassa')
    .addOption(ledgerOption('the ledger that kassa up was given'))
    .option('--json', 'print the result as one JSON object, amounts in tiyn')
    .addHelpText('after', '\nExit code: 0 everything agrees, 1 something does not, 2 could not run.')
    .action(async (options: AuditOptions) => {
      const audit = await run(resolve(options.data), takeLedgerUrl(options));
      process.stdout.write(options.json ? `${JSON.stringify(inJson(audit))}\n` : inWords(audit));
      finish(audit.ok ? 0 : 1);
    });
}

async function run(directory: string, ledgerUrl: string | undefined): Promise<SystemAudit> {
  if (!existsSync(directory)) {
    throw new CommandFailure(
      `there is no data directory ${directory}.\nRemedy: name it with --data, or start kassa once to make it`,
    );
  }
  try {
    return await auditSystem(directory, ledgerUrl);
  } catch (error) {
    const trouble = error instanceof PostgresAddressError ? error : storageErrorOf(error, directory);
    if (trouble) throw new CommandFailure(trouble.message, { cause: error });
    throw error;
  }
}

function inJson({
  ok,
  issued,
  redeemed,
  wallets,
  held,
  offline,
  nonCash,
  payments,
  inFlight,
  findings,
  notes,
}: SystemAudit) {
  return {
    ok,
    issued: String(issued),
    redeemed: String(redeemed),
    wallets: String(wallets),
    held: String(held),
    offline: String(offline),
    nonCash: String(nonCash),
    payments,
    inFlight,
    findings,
    notes,
  };
}

function inWords(audit: SystemAudit): string {
  const line = (name: string, amount: bigint): string =>
    `  ${name.padEnd(28)}${displayTenge(amount).padStart(24)}\n`;
  const head = audit.ok ? 'The books balance.\n' : 'The books do not balance:\n';
  const findings = audit.findings.map((finding) => `  - ${finding}\n`).join('');
  const notes = audit.notes.map((note) => `  (for a person) ${note}\n`).join('');
  return (
    head +
    findings +
    notes +
    line('issued', audit.issued) +
    line('redeemed', audit.redeemed) +
    line('in wallets', audit.wallets) +
    line('held', audit.held) +
    line('in offline purses', audit.offline) +
    line('non-cash at the banks', audit.nonCash) +
    `  ${audit.payments} payments, ${audit.inFlight} of them not finished\n`
  );
}
