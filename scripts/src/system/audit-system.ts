import { readdirSync } from 'node:fs';
import { isUnfinished, type PaymentRecord, readPayments, suspenseAccountOf } from '@kassa/acquirer';
import { auditBank, holdIdOf, type NonCashCredit } from '@kassa/banks';
import { operationId } from '@kassa/ledger-client';
import { dataFiles } from './files.ts';
import { auditLedgerAt, type LedgerPlace, openReaderAt } from './ledger-place.ts';

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
  /** What contradicts something else: one sentence each, naming the account, payment or journal entry. */
  readonly findings: readonly string[];
  /** What contradicts nothing and waits for a person: money on the suspense account of a bank. */
  readonly notes: readonly string[];
}

const FINDINGS_MAX = 100;

/**
 * Recomputes the digital tenge ledger and every bank's non-cash book from their journals and holds them against each other
 * and against the acquirer's payments. Reads only, also beside a running system.
 * @throws (rejects) StorageError when a file cannot be read, PostgresAddressError.
 */
export async function auditSystem(directory: string, ledgerUrl?: string): Promise<SystemAudit> {
  const files = dataFiles(directory);
  const place = { file: files.ledger, url: ledgerUrl };
  // The acquirer first: what it calls settled has long been done at the banks and on the ledger, not the other way round.
  const before = readAll(files.acquirer);
  const books = bankIds(directory).map((id) => ({ id, ...auditBank(files.bank(id)) }));
  const ledger = await auditLedgerAt(place);
  const payments = await comparePayments(place, files, before, creditsByPayment(books));
  const findings = [
    ...ledger.findings.map(({ message }) => `ledger: ${message}`),
    ...books.flatMap(({ id, findings: found }) => found.map((text) => `bank ${id}: ${text}`)),
    ...payments.findings,
  ];
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
    inFlight: [...before.values()].filter(({ state }) => isUnfinished(state)).length,
    findings: findings.slice(0, FINDINGS_MAX),
    notes: payments.notes.slice(0, FINDINGS_MAX),
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

type BankCredit = NonCashCredit & { readonly bank: string };

/** Every credit of every bank, by the payment it names. */
function creditsByPayment(
  books: readonly { readonly id: string; readonly credits: ReadonlyMap<string, NonCashCredit> }[],
): ReadonlyMap<string, readonly BankCredit[]> {
  const byPayment = new Map<string, BankCredit[]>();
  for (const { id: bank, credits } of books) {
    for (const credit of credits.values()) {
      // Cancelled before it came: it names no payment and is of no amount.
      if (credit.endToEndId === '') continue;
      const list = byPayment.get(credit.endToEndId) ?? [];
      list.push({ ...credit, bank });
      byPayment.set(credit.endToEndId, list);
    }
  }
  return byPayment;
}

interface Comparison {
  readonly findings: readonly string[];
  readonly notes: readonly string[];
}

/** Each payment against its hold and its credit; a payment that moved on meanwhile is left to the next audit. */
async function comparePayments(
  place: LedgerPlace,
  files: ReturnType<typeof dataFiles>,
  before: ReadonlyMap<string, PaymentRecord>,
  credits: ReadonlyMap<string, readonly BankCredit[]>,
): Promise<Comparison> {
  const reader = await openReaderAt(place);
  try {
    const suspects: { readonly payment: PaymentRecord; readonly text: string }[] = [];
    const notes: string[] = [];
    for (const payment of before.values()) {
      const own = credits.get(payment.transactionId) ?? [];
      for (const text of await disagreements(payment, reader, own)) suspects.push({ payment, text });
      notes.push(...notesOn(payment, own));
    }
    const strays = [...credits].filter(([id, list]) => creditedBy(list) !== 0n && !before.has(id));
    if (suspects.length === 0 && strays.length === 0) return { findings: [], notes };
    const after = readAll(files.acquirer);
    const findings = [
      ...suspects
        .filter(({ payment }) => after.get(payment.transactionId)?.state === payment.state)
        .map(({ text }) => text),
      ...strays
        .filter(([id]) => !after.has(id))
        .map(
          ([id, list]) =>
            `bank entries of ${creditedBy(list)} tiyn name payment ${id}, which the acquirer does not know`,
        ),
    ];
    return { findings, notes };
  } finally {
    await reader.close();
  }
}

function creditedBy(credits: readonly BankCredit[]): bigint {
  return credits.reduce((sum, { state, amount }) => sum + (state === 'posted' ? amount : 0n), 0n);
}

async function disagreements(
  payment: PaymentRecord,
  reader: Awaited<ReturnType<typeof openReaderAt>>,
  credits: readonly BankCredit[],
): Promise<string[]> {
  const { transactionId: id, amount, state, route } = payment;
  const hold = await reader.hold(holdIdOf(id));
  const actual = hold ? `${hold.state} over ${hold.amount} tiyn` : 'missing';
  if (state === 'pending') {
    // Executed is how it goes on; given back is how it must not.
    const isCovered = hold?.amount === amount && (hold.state === 'open' || hold.state === 'executed');
    return isCovered ? [] : [`payment ${id}: approved and waiting for its bank, its hold is ${actual}`];
  }
  if (isUnfinished(state)) return [];
  const found: string[] = [];
  const credited = creditedBy(credits);
  const expected = state === 'settled' && route === 'convert' ? amount : 0n;
  if (credited !== expected && state !== 'suspended') {
    found.push(`payment ${id}: the bank account was credited ${credited} tiyn, ${expected} were due`);
  }
  const isPaid = state === 'settled' || state === 'suspended';
  if (isPaid && (hold?.state !== 'executed' || hold.amount !== amount)) {
    found.push(`payment ${id}: ${state} over ${amount} tiyn, its hold on the ledger is ${actual}`);
  }
  if (isPaid && route === 'convert') {
    const redemption = await reader.operation(operationId(`${id}:redeem`));
    if ((redemption?.outcome.ok === true) !== (state === 'settled')) {
      found.push(`payment ${id}: ${state}, and its hold was ${redemption ? '' : 'not '}redeemed`);
    }
  }
  if (!isPaid && hold?.state === 'open') {
    found.push(`payment ${id}: ${state}, and ${hold.remaining} tiyn of account ${hold.payer} are still held`);
  }
  if (!isPaid && credits.some((credit) => credit.state === 'queued')) {
    found.push(`payment ${id}: ${state}, and a credit for it is still queued at its bank`);
  }
  return found;
}

/** What a person has to settle between acquirer, bank and merchant. */
function notesOn(
  { transactionId: id, amount, state, merchantId }: PaymentRecord,
  credits: readonly BankCredit[],
): string[] {
  if (state !== 'suspended') return [];
  const banks = credits.map(({ bank }) => bank);
  const accounts = banks.map((bank) => suspenseAccountOf(bank)).join(', ');
  const owed =
    creditedBy(credits) === 0n
      ? `which bank ${banks.join(', ')} owes to merchant ${merchantId}`
      : `which cover a credit to merchant ${merchantId}`;
  return [`payment ${id}: ${amount} tiyn went to suspense account ${accounts}, ${owed}`];
}
