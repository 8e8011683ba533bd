import {
  type Bank,
  createBank,
  createNonCashBook,
  type IssuerSecurityModule,
  openBankStore,
  parseBankBehaviour,
  type StatusReport,
} from '@kassa/banks';
import type { BankFixture, Fixtures } from '@kassa/fixtures';
import type { Ledger } from '@kassa/ledger-client';
import { assert, type Clock, type EmitStep } from '@kassa/primitives';
import type { DataFiles } from './files.ts';

export interface BanksPorts {
  readonly fixtures: Fixtures;
  readonly files: DataFiles;
  readonly ledger: Ledger;
  readonly issuers: ReadonlyMap<string, IssuerSecurityModule>;
  readonly clock: Clock;
  readonly emit: EmitStep;
  /** Hears of credits that a bank concludes later. */
  readonly report: (report: StatusReport) => void;
  /** Registers a part to be closed at the end. */
  readonly closing: <T extends { close(): unknown }>(part: T) => T;
}

/** Every bank of the fixtures, each with its own file and its own keys. */
export function openBanks(ports: BanksPorts): ReadonlyMap<string, Bank> {
  return new Map(ports.fixtures.banks.map((fixture) => [fixture.id, openBank(ports, fixture)]));
}

function openBank(ports: BanksPorts, fixture: BankFixture): Bank {
  const { clock, emit, ledger } = ports;
  const security = ports.issuers.get(fixture.id);
  assert(security !== undefined, `no security module for bank ${fixture.id}`);
  const store = ports.closing(openBankStore(ports.files.bank(fixture.id)));
  const nonCash = createNonCashBook({
    bankId: fixture.id,
    settlementIban: fixture.settlementIban,
    store,
    clock,
    emit,
    report: ports.report,
    behaviour: fixture.behaviour && parseBankBehaviour(fixture.behaviour),
  });
  const { id, name, iins } = fixture;
  return createBank({ id, name, iins, store, nonCash, ledger, security, clock, emit });
}
