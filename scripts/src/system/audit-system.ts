import { readdirSync } from 'node:fs';
import { type PaymentRecord, readPayments } from '@kassa/acquirer';
import { auditBank, holdIdOf } from '@kassa/banks';
import { auditLedgerFile, type LedgerReader, openLedgerReader } from '@kassa/ledger-client';
import { dataFiles } from './files.ts';

/** What `kassa audit` found; amounts in tiyn. */
export interface SystemAudit {
  /** Everything agrees. */
  readonly ok: boolean;
  readonly issued: bigint;
  readonly redeemed: bigint;
  /** Available on digital accounts. */
  readonly wallets: bigint;
  /** Locked by holds. */
  readonly held: bigint;
  /** In offline purses. */
  readonly offline: bigint;
  /** On customers' accounts at the banks. */
  readonly nonCash: bigint;
  readonly payments: number;
  /** Payments being made, or interrupted and not yet recovered. */
  readonly inFlight: number;
  /** One sentence each, naming the account, payment or journal entry. */
  readonly findings: readonly string[];
}

const FINDINGS_MAX = 100;

/**
 * Recomputes the digital tenge ledger and every bank's non-cash book from their journals and holds them against each other
 * and against the acquirer's payments. Reads only, also beside a running system.
 * @throws StorageError when a file cannot be read.
 */
export function auditSystem(directory: string): SystemAudit {
  const files = dataFiles(directory);
  // The acquirer first: what it calls settled has long been done at the banks and on the ledger, not the other way round.
  const before = readAll(files.acquirer);
  const books = bankIds(directory).map((id) => ({ id, ...auditBank(files.bank(id)) }));
  const ledger = auditLedgerFile(files.ledger);
  const findings = [
    ...ledger.findings.map(({ message }) => `ledger: ${message}`),
    ...books.flatMap(({ id, findings: found }) => found.map((text) => `bank ${id}: ${text}`)),
  ];
  const converted = new Map(books.flatMap(({ convertedByTransaction }) => [...convertedByTransaction]));
  findings.push(...comparePayments(files, before, converted));
  const { issued, redeemed, wallets, held } = ledger.supply.total;
  const nonCash = books
    .flatMap(({ balances }) => [...balances.values()])
    .reduce((sum, balance) => sum + balance, 0n);
  return {
    ok: findings.length === 0,
    issued,
    redeemed,
    wallets,
    held,
    offline: 0n,
    nonCash,
    payments: before.size,
    inFlight: [...before.values()].filter(isInFlight).length,
    findings: findings.slice(0, FINDINGS_MAX),
  };
}

function readAll(path: string): ReadonlyMap<string, PaymentRecord> {
  return readPayments(
    path,
    (payments) => new Map([...payments].map((payment) => [payment.transactionId, payment])),
  );
}

function bankIds(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => /^bank-(.+)\.db$/.exec(name)?.[1] ?? []);
}

function isInFlight({ state }: PaymentRecord): boolean {
  return state === 'received' || state === 'authorised' || state === 'reversing';
}

/** Each finished payment against its hold and its credit; a payment that moved on meanwhile is left to the next audit. */
function comparePayments(
  files: ReturnType<typeof dataFiles>,
  before: ReadonlyMap<string, PaymentRecord>,
  converted: ReadonlyMap<string, bigint>,
): string[] {
  const reader = openLedgerReader(files.ledger);
  try {
    const suspects = [...before.values()]
      .filter((payment) => !isInFlight(payment))
      .flatMap((payment) => disagreements(payment, reader, converted).map((text) => ({ payment, text })));
    const strays = [...converted].filter(([id, amount]) => amount !== 0n && !before.has(id));
    if (suspects.length === 0 && strays.length === 0) return [];
    const after = readAll(files.acquirer);
    return [
      ...suspects
        .filter(({ payment }) => after.get(payment.transactionId)?.state === payment.state)
        .map(({ text }) => text),
      ...strays
        .filter(([id]) => !after.has(id))
        .map(
          ([id, amount]) =>
            `bank entries of ${amount} tiyn name payment ${id}, which the acquirer does not know`,
        ),
    ];
  } finally {
    reader.close();
  }
}

function disagreements(
  payment: PaymentRecord,
  reader: LedgerReader,
  converted: ReadonlyMap<string, bigint>,
): string[] {
  const { transactionId: id, amount, state, route } = payment;
  const found: string[] = [];
  const credited = converted.get(id) ?? 0n;
  const expected = state === 'settled' && route === 'convert' ? amount : 0n;
  if (credited !== expected) {
    found.push(`payment ${id}: the bank account was credited ${credited} tiyn, ${expected} were due`);
  }
  const hold = reader.hold(holdIdOf(id));
  if (state === 'settled' && (hold?.state !== 'executed' || hold.amount !== amount)) {
    const actual = hold ? `${hold.state} over ${hold.amount} tiyn` : 'missing';
    found.push(`payment ${id}: settled over ${amount} tiyn, its hold on the ledger is ${actual}`);
  }
  if (state !== 'settled' && hold?.state === 'open') {
    found.push(`payment ${id}: ${state}, and ${hold.remaining} tiyn of account ${hold.payer} are still held`);
  }
  return found;
}
