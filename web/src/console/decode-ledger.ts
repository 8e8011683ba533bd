import {
  asList,
  asRecord,
  booleanAt,
  type JsonRecord,
  listAt,
  numberAt,
  recordAt,
  ShapeError,
  textAt,
  textOrNullAt,
} from '../json-reader.ts';
import type {
  JournalPage,
  LedgerAccount,
  LedgerCheck,
  LedgerSummary,
  StatementPage,
  SupplyLine,
} from './ledger-types.ts';

/** `GET /v1/ledger`. @throws ShapeError */
export function decodeLedger(body: unknown): LedgerSummary {
  const record = asRecord(body, 'the ledger');
  return {
    total: supplyLine(recordAt(record, 'total')),
    labels: listAt(record, 'labels', (line) => ({ label: textAt(line, 'label'), ...supplyLine(line) })),
    head: numberAt(recordAt(record, 'head'), 'sequence'),
  };
}

function supplyLine(record: JsonRecord): SupplyLine {
  return {
    issued: textAt(record, 'issued'),
    redeemed: textAt(record, 'redeemed'),
    wallets: textAt(record, 'wallets'),
    held: textAt(record, 'held'),
  };
}

/** `GET /v1/ledger/accounts`. @throws ShapeError */
export function decodeAccounts(body: unknown): readonly LedgerAccount[] {
  return asList(body, 'the list of accounts', decodeAccount);
}

/** `GET /v1/ledger/accounts/ID`. @throws ShapeError */
export function decodeAccount(body: unknown): LedgerAccount {
  const record = asRecord(body, 'the account');
  return {
    account: textAt(record, 'account'),
    name: textOrNullAt(record, 'name'),
    kind: textAt(record, 'kind'),
    frozen: booleanAt(record, 'frozen'),
    purses: listAt(record, 'purses', (purse) => ({
      label: textAt(purse, 'label'),
      available: textAt(purse, 'available'),
      held: textAt(purse, 'held'),
    })),
  };
}

/** `GET /v1/ledger/accounts/ID/statement`. @throws ShapeError */
export function decodeStatement(body: unknown): StatementPage {
  const record = asRecord(body, 'the statement');
  return {
    entries: listAt(record, 'entries', (line) => ({
      sequence: numberAt(line, 'sequence'),
      line: numberAt(line, 'line'),
      atMs: numberAt(line, 'atMs'),
      operationId: textAt(line, 'operationId'),
      operationType: textAt(line, 'operationType'),
      amount: textAt(line, 'amount'),
      balance: textAt(line, 'balance'),
      counterAccount: textOrNullAt(line, 'counterAccount'),
    })),
    next: record.next === null ? null : numberAt(record, 'next'),
  };
}

/** `GET /v1/ledger/journal`. @throws ShapeError */
export function decodeJournal(body: unknown): JournalPage {
  const record = asRecord(body, 'the journal');
  return {
    head: numberAt(recordAt(record, 'head'), 'sequence'),
    entries: listAt(record, 'entries', (entry) => {
      const operation = recordAt(entry, 'operation');
      const outcome = recordAt(entry, 'outcome');
      return {
        sequence: numberAt(entry, 'sequence'),
        atMs: numberAt(entry, 'atMs'),
        operationType: textAt(operation, 'type'),
        operationId: textAt(operation, 'id'),
        operation: JSON.stringify(operation, undefined, 2),
        refusal: booleanAt(outcome, 'ok') ? null : textAt(outcome, 'code'),
        hash: textAt(entry, 'hash'),
      };
    }),
  };
}

/** `GET /v1/ledger/audit`. @throws ShapeError */
export function decodeCheck(body: unknown): LedgerCheck {
  const record = asRecord(body, 'the audit');
  const findings = record.findings;
  if (!Array.isArray(findings) || !findings.every((finding) => typeof finding === 'string')) {
    throw new ShapeError('"findings" is not a list of texts');
  }
  return { ok: booleanAt(record, 'ok'), entries: numberAt(record, 'entries'), findings };
}
