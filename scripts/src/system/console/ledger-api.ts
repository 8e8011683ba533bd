import {
  type AccountId,
  accountId,
  chainText,
  EMPTY_HASH,
  exportJournal,
  IdentifierError,
  type Ledger,
  label,
  PAGE_ROWS_MAX,
  sha256Hex,
  UNMARKED,
} from '@kassa/ledger-client';
import { formatTenge } from '@kassa/primitives';
import { ApiError } from '@kassa/terminal';
import { Router } from 'express';

/** An account people know by another name. */
export interface NamedAccount {
  readonly account: string;
  readonly name: string;
}

/** Entries and lines of a page. */
const PAGE_ROWS = Math.min(100, PAGE_ROWS_MAX);

/** Journal lines checked before others get a turn. */
const LINES_PER_TURN = 500;

/** The ledger explorer: reads only (docs/console.md). Amounts are decimal tenge. */
export function ledgerApi(ledger: Ledger, named: readonly NamedAccount[]): Router {
  const router = Router();
  router.get('/ledger', async (_request, response) => {
    const [supply, head] = await Promise.all([ledger.supply(), ledger.head()]);
    response.type('json').send(inJson({ ...supply, head }));
  });
  router.get('/ledger/accounts', async (_request, response) => {
    const lines = named.map(async ({ account, name }) => ({
      name,
      ...(await accountLine(ledger, accountId(account))),
    }));
    response.type('json').send(inJson(await Promise.all(lines)));
  });
  router.get('/ledger/accounts/:id', async (request, response) => {
    const line = await accountLine(ledger, identifier(accountId, request.params.id));
    if (line === undefined) throw new ApiError(404, 'unknown-account', 'the ledger has no such account');
    const name = named.find(({ account }) => account === request.params.id)?.name ?? null;
    response.type('json').send(inJson({ name, ...line }));
  });
  router.get('/ledger/accounts/:id/statement', async (request, response) => {
    const { label: labelText = '', after } = request.query;
    const id = identifier(accountId, request.params.id);
    const statement = await ledger.statement(id, {
      label: labelText === '' ? UNMARKED : identifier(label, String(labelText)),
      limit: PAGE_ROWS,
      ...(after === undefined ? {} : { after: wholeNumber(after, 'after') }),
    });
    response.type('json').send(inJson({ ...statement, next: statement.next ?? null }));
  });
  router.get('/ledger/journal', async (request, response) => {
    const head = await ledger.head();
    const { from = String(Math.max(1, head.sequence - PAGE_ROWS + 1)) } = request.query;
    const entries = await ledger.readJournal(wholeNumber(from, 'from'), PAGE_ROWS);
    response.type('json').send(inJson({ head, entries }));
  });
  let running: Promise<LedgerCheck> | undefined;
  router.get('/ledger/audit', async (_request, response) => {
    running ??= checkLedger(ledger).finally(() => {
      running = undefined;
    });
    response.json(await running);
  });
  return router;
}

async function accountLine(ledger: Ledger, id: AccountId) {
  const [account, purses] = await Promise.all([ledger.account(id), ledger.balances(id)]);
  if (account === undefined) return undefined;
  const { kind, frozen, closed, tier, category } = account;
  const lines = purses.map(({ label: of, available, held }) => ({ label: of, available, held }));
  return { account: id, kind, frozen, closed, tier: tier ?? null, category: category ?? null, purses: lines };
}

/** What the audit button finds. */
export interface LedgerCheck {
  readonly ok: boolean;
  /** Journal entries whose hash was computed again. */
  readonly entries: number;
  readonly findings: readonly string[];
}

const FINDINGS_MAX = 20;

/**
 * Computes the hash chain of the journal again and adds up the supply, through the port every engine has. What `kassa audit`
 * does besides – deciding every operation again, comparing tables, banks and payments – needs the files.
 */
async function checkLedger(ledger: Ledger): Promise<LedgerCheck> {
  const head = await ledger.head();
  const findings: string[] = [];
  let hash = EMPTY_HASH;
  let entries = 0;
  for await (const text of exportJournal(ledger)) {
    const { content, verdict, ...row } = JSON.parse(text) as JournalLine;
    entries++;
    if (row.sequence !== entries) findings.push(`entry ${entries} is missing: ${row.sequence} follows`);
    hash = sha256Hex(
      chainText(hash, { ...row, content: JSON.stringify(content), verdict: JSON.stringify(verdict) }),
    );
    if (hash !== row.hash) {
      findings.push(`entry ${row.sequence} does not have the hash that follows from it`);
      hash = row.hash;
    }
    if (entries === head.sequence && hash !== head.hash)
      findings.push('the journal does not end in its head');
    if (entries % LINES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (entries < head.sequence)
    findings.push(`the journal ends at ${entries}, its head says ${head.sequence}`);
  const { total, labels } = await ledger.supply();
  for (const { name, line } of [
    { name: 'all money', line: total },
    ...labels.map((of) => ({ name: `label ${of.label}`, line: of })),
  ]) {
    if (line.wallets + line.held !== line.issued - line.redeemed) {
      findings.push(`${name}: wallets + held is not issued − redeemed`);
    }
  }
  return { ok: findings.length === 0, entries, findings: findings.slice(0, FINDINGS_MAX) };
}

interface JournalLine {
  readonly sequence: number;
  readonly groupSequence: number;
  readonly id: string;
  readonly atMs: number;
  readonly content: unknown;
  readonly verdict: unknown;
  readonly hash: string;
}

function identifier<T>(read: (text: string) => T, text: string): T {
  const problem = problemOf(() => read(text));
  if (problem !== null) throw new ApiError(400, 'bad-identifier', problem);
  return read(text);
}

function problemOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof IdentifierError) return error.message;
    throw error;
  }
}

function wholeNumber(value: unknown, name: string): number {
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) {
    throw new ApiError(400, `bad-${name}`, `${name} is a whole number`);
  }
  return Number(value);
}

/** Every bigint here is an amount in tiyn. */
function inJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? formatTenge(part) : part,
  );
}
