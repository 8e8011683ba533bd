import { formatTenge } from '@kassa/primitives';
import type { NonCashTables } from './io/non-cash-tables.ts';
import { STATEMENT_ROWS_MAX } from './limits.ts';
import { decodeNonCash, type NonCashOperationType } from './non-cash-operation.ts';

/** Which part of an account's statement is wanted. */
export interface NonCashStatementQuery {
  /** First and last journal entry. Default: all there are. */
  readonly fromSequence?: number;
  readonly toSequence?: number;
  /** `next` of the page before. */
  readonly after?: number;
  /** Lines of a page, at most and by default {@link STATEMENT_ROWS_MAX}. */
  readonly limit?: number;
}

/** A page of an account's statement. `opening + Σ amount = closing`; amounts in tiyn. */
export interface NonCashStatement {
  readonly iban: string;
  readonly opening: bigint;
  readonly entries: readonly NonCashStatementEntry[];
  readonly closing: bigint;
  /** Give it as `after` for the next page; undefined when this is the last. */
  readonly next: number | undefined;
}

export interface NonCashStatementEntry {
  readonly sequence: number;
  readonly atMs: number;
  /** Below zero for a debit. */
  readonly amount: bigint;
  readonly balance: bigint;
  readonly operationId: string;
  readonly operationType: NonCashOperationType;
}

export function readNonCashStatement(
  tables: Pick<NonCashTables, 'postings' | 'balanceUpTo' | 'head'>,
  iban: string,
  query: NonCashStatementQuery = {},
): NonCashStatement {
  const { fromSequence = 1, toSequence = tables.head().sequence } = query;
  const limit = Math.max(1, Math.min(query.limit ?? STATEMENT_ROWS_MAX, STATEMENT_ROWS_MAX));
  const after = Math.max(fromSequence * 2 - 1, query.after ?? 0);
  const lines = tables.postings(iban, after, toSequence * 2 + 2, limit + 1);
  const page = lines.slice(0, limit);
  const opening = tables.balanceUpTo(iban, after);
  const end = page.at(-1);
  return {
    iban,
    opening,
    entries: page.map(({ key, id, content, ...line }) => ({
      ...line,
      sequence: Math.floor(key / 2),
      operationId: id,
      operationType: decodeNonCash(id, content).type,
    })),
    closing: end?.balance ?? opening,
    next: end && lines.length > limit ? end.key : undefined,
  };
}

/**
 * A statement as JSON with the names of ISO 20022 camt.053 (BankToCustomerStatement): `Bal` OPBD and CLBD, `Ntry` with
 * CRDT or DBIT. Amounts are decimal tenge without a sign.
 */
export function statementToJson(statement: NonCashStatement): object {
  const amount = (tiyn: bigint) => ({
    Amt: { Ccy: 'KZT', value: formatTenge(tiyn < 0n ? -tiyn : tiyn) },
    CdtDbtInd: tiyn < 0n ? 'DBIT' : 'CRDT',
  });
  const { iban, opening, closing, entries, next } = statement;
  return {
    Acct: { Id: { IBAN: iban }, Ccy: 'KZT' },
    Bal: [
      { Tp: 'OPBD', ...amount(opening) },
      { Tp: 'CLBD', ...amount(closing) },
    ],
    Ntry: entries.map((entry) => ({
      NtryRef: String(entry.sequence),
      ...amount(entry.amount),
      Sts: 'BOOK',
      BookgDt: new Date(entry.atMs).toISOString(),
      AcctSvcrRef: entry.operationId,
      BkTxCd: entry.operationType,
    })),
    StmtPgntn: { next: next ?? null },
  };
}
