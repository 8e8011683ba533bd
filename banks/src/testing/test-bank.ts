import { accountId, type OpenLedger, openLedger, operationId } from '@kassa/ledger-client';
import { type Step, type Tiyn, tiyn } from '@kassa/primitives';
import { type Authorisation, type AuthorisationRequest, type Bank, createBank } from '../bank.ts';
import type { StatusReport } from '../credit-transfer.ts';
import { type BankStore, openBankStore } from '../io/bank-store.ts';
import { createNonCashBook } from '../non-cash-book.ts';
import { chip, EXPIRY, OTHER_PAN, PAN, PIN, PSN, security } from './issuer.ts';

/** Late November 2026. */
export const NOW_MS = Date.UTC(2026, 10, 23, 10, 15, 30);

export const PAYER = accountId('dt-test-000001');
export const OTHER_PAYER = accountId('dt-test-000002');
export const BALANCE: Tiyn = tiyn(1_000_000n);
export const AMOUNT: Tiyn = tiyn(150_000n);

export const SETTLEMENT_IBAN = 'KZ00601NBK0000000001';
export const MERCHANT_IBAN = 'KZ00601KZT1000000001';

export interface TestBank {
  readonly bank: Bank;
  readonly ledger: OpenLedger;
  readonly store: BankStore;
  readonly time: { nowMs: number };
  /** Everything told, oldest first. */
  readonly steps: Step[];
  /** What the bank has told of credits, oldest first. */
  readonly reports: StatusReport[];
  authorise(request: Partial<AuthorisationRequest>): Promise<Authorisation>;
  /** `1000000`, or `850000+150000` with what is held. */
  purse(): Promise<string>;
  close(): Promise<void>;
}

/** A bank with two cards and one merchant's account on a ledger of its own, everything in memory unless told otherwise. */
export async function openTestBank(path = ':memory:'): Promise<TestBank> {
  const time = { nowMs: NOW_MS };
  const clock = (): number => time.nowMs;
  const steps: Step[] = [];
  const emit = (step: Step): void => void steps.push(step);
  const ledger = openLedger({ path: ':memory:', clock });
  const store = openBankStore(path);
  const reports: StatusReport[] = [];
  const nonCash = createNonCashBook({
    bankId: 'test',
    settlementIban: SETTLEMENT_IBAN,
    store,
    clock,
    emit,
    report: (report) => void reports.push(report),
  });
  const iins = ['400000'];
  const bank = createBank({
    id: 'test',
    name: 'Test Bank',
    iins,
    store,
    nonCash,
    ledger,
    security,
    clock,
    emit,
  });
  await ledger.submit([
    { type: 'open', id: operationId('open-1'), account: PAYER, kind: 'person' },
    { type: 'open', id: operationId('open-2'), account: OTHER_PAYER, kind: 'person' },
    { type: 'issue', id: operationId('issue-1'), account: PAYER, amount: BALANCE },
    { type: 'issue', id: operationId('issue-2'), account: OTHER_PAYER, amount: BALANCE },
  ]);
  const card = { psn: PSN, expiry: EXPIRY, pin: PIN };
  await bank.issueCard({ ...card, pan: PAN, account: PAYER });
  await bank.issueCard({ ...card, pan: OTHER_PAN, account: OTHER_PAYER });
  await bank.openMerchantAccount(MERCHANT_IBAN, 'merchant-1');
  return {
    bank,
    ledger,
    store,
    time,
    steps,
    reports,
    authorise: (request) =>
      bank.authorise({
        transactionId: 'T1-000000000001',
        pan: PAN,
        evidence: chip(),
        amount: AMOUNT,
        ...request,
      }),
    async purse() {
      const [purse] = await ledger.balances(PAYER);
      const held = purse?.held ?? 0n;
      return `${purse?.available}${held > 0n ? `+${held}` : ''}`;
    },
    async close() {
      await store.close();
      await ledger.close();
    },
  };
}
