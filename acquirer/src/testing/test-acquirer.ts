import {
  ACQUIRER_KEYS,
  type AcquirerSecurityModule,
  type Bank,
  type BankStore,
  createAcquirerSecurityModule,
  createBank,
  createNonCashBook,
  type NonCashBook,
  openBankStore,
  type StatusReport,
} from '@kassa/banks';
import type { Card } from '@kassa/emv';
import { accountId, type Ledger, type OpenLedger, openLedger, operationId } from '@kassa/ledger-client';
import { assert, fromHex, type Step, type Tiyn, tiyn, transactionId } from '@kassa/primitives';
import { suspenseAccountOf } from '../conversion.ts';
import { type AcquirerStore, openAcquirerStore } from '../io/acquirer-store.ts';
import { type KeySerialRegister, openKeySerialRegister } from '../io/key-serial-register.ts';
import type { Merchant } from '../merchant.ts';
import type { PaymentRequest } from '../payment-request.ts';
import { createPayments, type Payments, type ReversalRequest } from '../payments.ts';
import {
  BDK,
  EXPIRY,
  INITIAL_KSN,
  issuerSecurity,
  newCard,
  PAN,
  PIN,
  PSN,
  presentChip,
  ZONE_PIN_KEY,
} from './cards.ts';
import { createFaults, type Faults } from './faults.ts';
import { emptyModule } from './modules.ts';

export const NOW_MS = Date.UTC(2026, 10, 23, 10, 15, 30);
export const TERMINAL = '20000001';
export const MAC_KEY = fromHex('F2074A52ABD51AB6DC8667A81AB0A108');
export const MERCHANT_NUMBER = 'KZ0000000000001';
/** Its bank does not keep the IBAN it gave. */
export const MERCHANT_WITHOUT_IBAN = 'KZ0000000000002';
export const PAYER = accountId('dt-payer');
export const MERCHANT_ACCOUNT = accountId('dt-merchant-1');
export const IBAN = 'KZ00948KZT1000000001';
export const BALANCE: Tiyn = tiyn(1_000_000n);
export const AMOUNT: Tiyn = tiyn(150_000n);

export const EXCHANGE_KEY = fromHex('61FE3D7CBF0EA2C8D5468A9D10B331E6');

/** The acquirer's keys, new each time: a key exchange changes them. */
export function acquirerSecurity(): AcquirerSecurityModule {
  const { initial, mac, exchange } = ACQUIRER_KEYS.terminal(TERMINAL);
  const module = emptyModule();
  module.enterKey(ACQUIRER_KEYS.base, 'base-derivation', BDK);
  module.deriveTerminalKey(initial, ACQUIRER_KEYS.base, INITIAL_KSN);
  module.enterKey(mac, 'mac', MAC_KEY, { version: '01' });
  module.enterKey(exchange, 'key-exchange', EXCHANGE_KEY);
  module.enterKey(ACQUIRER_KEYS.zonePin('issuer'), 'zone-pin', ZONE_PIN_KEY);
  return createAcquirerSecurityModule(module);
}

export const security = acquirerSecurity();

export interface TestAcquirer {
  readonly payments: Payments;
  readonly store: AcquirerStore;
  readonly serials: KeySerialRegister;
  readonly ledger: OpenLedger;
  readonly banks: ReadonlyMap<string, Bank>;
  readonly merchants: Map<string, Merchant>;
  readonly card: Card;
  /** Everything told, oldest first. */
  readonly steps: Step[];
  readonly time: { nowMs: number };
  /** Every writing call of payments and bank to ledger and files. */
  readonly faults: Faults;
  /** What the merchants' bank has told of credits, for {@link Payments.takeReport}. */
  readonly reports: StatusReport[];
  /** The merchants' bank. */
  nonCash(): NonCashBook;
  /** A chip purchase of {@link AMOUNT}, numbered; each one is a new presentation of the card. */
  purchase(number: number, changes?: Partial<PaymentRequest>): PaymentRequest;
  /** The same host in a new process: only what was stored is left. */
  restart(): Payments;
  /**
   * Where the money is, in tiyn: `payer 850000, merchant 150000 digital 0 non-cash, held 0`. Asserts that no book
   * contradicts itself.
   */
  books(): Promise<string>;
  close(): Promise<void>;
}

const IN_MEMORY = { ledger: ':memory:', issuer: ':memory:', keeper: ':memory:' } as const;

/** An acquirer with a card's bank, a merchants' bank and a ledger of their own, everything in memory. */
export async function openTestAcquirer(
  path = ':memory:',
  others: { readonly ledger: string; readonly issuer: string; readonly keeper: string } = IN_MEMORY,
): Promise<TestAcquirer> {
  const time = { nowMs: NOW_MS };
  const clock = (): number => time.nowMs;
  const steps: Step[] = [];
  const emit = (step: Step): void => void steps.push(step);
  const faults = createFaults();
  const reports: StatusReport[] = [];
  const openedLedger = openLedger({ path: others.ledger, clock });
  const ledger = guardLedger(openedLedger, faults);
  const bankStores = [openBankStore(others.issuer), openBankStore(others.keeper)] as const;
  const makeBank = (id: string, iins: readonly string[], bankStore: BankStore): Bank => {
    const store: BankStore = {
      ...bankStore,
      run: (job) => faults.guard(`${id} bank`, () => bankStore.run(job)),
    };
    const settlementIban = settlementIbanOf(id);
    const nonCash = createNonCashBook({
      bankId: id,
      settlementIban,
      store,
      clock,
      emit,
      report: (report) => void reports.push(report),
    });
    return createBank({ id, name: id, iins, store, nonCash, ledger, security: issuerSecurity, clock, emit });
  };
  const banks = new Map([
    ['issuer', makeBank('issuer', ['400001'], bankStores[0])],
    ['keeper', makeBank('keeper', [], bankStores[1])],
  ]);
  const openedStore = openAcquirerStore(path);
  const serials = openKeySerialRegister(':memory:');
  const store = guardStore(openedStore, faults);
  const merchants = new Map(TEST_MERCHANTS.map((merchant) => [merchant.id, merchant]));
  const start = (): Payments => createPayments({ store, ledger, banks, merchants, security, clock, emit });
  await seed(openedLedger, banks);
  faults.clear();
  const card = newCard();
  return {
    payments: start(),
    store,
    serials,
    ledger: openedLedger,
    banks,
    merchants,
    card,
    steps,
    time,
    faults,
    purchase: (number, changes = {}) => purchaseRequest(card, number, changes),
    reports,
    nonCash() {
      const keeper = banks.get('keeper');
      assert(keeper !== undefined, 'the keeper is one of the banks');
      return keeper.nonCash;
    },
    restart() {
      faults.clear();
      return start();
    },
    books: () => readBooks(openedLedger, banks),
    async close() {
      await openedStore.close();
      await serials.close();
      for (const bankStore of bankStores) await bankStore.close();
      await openedLedger.close();
    },
  };
}

const settlementIbanOf = (bankId: string): string =>
  `KZ00${bankId === 'issuer' ? '601' : '948'}NBK0000000001`;

const TEST_MERCHANTS: readonly Merchant[] = [
  {
    id: 'shop',
    merchantNumber: MERCHANT_NUMBER,
    terminalIds: new Set([TERMINAL]),
    name: 'SHOP',
    account: MERCHANT_ACCOUNT,
    bankId: 'keeper',
    iban: IBAN,
    settle: 'digital',
  },
  {
    id: 'no-iban',
    merchantNumber: MERCHANT_WITHOUT_IBAN,
    terminalIds: new Set([TERMINAL]),
    name: 'NO IBAN',
    account: MERCHANT_ACCOUNT,
    bankId: 'keeper',
    iban: 'KZ00948KZT9999999999',
    settle: 'non-cash',
  },
];

function guardLedger(ledger: Ledger, faults: Faults): Ledger {
  return {
    ...ledger,
    submit: (operations, options) =>
      faults.guard(`ledger ${operations[0]?.type}`, () => ledger.submit(operations, options)),
  };
}

function guardStore(store: AcquirerStore, faults: Faults): AcquirerStore {
  return {
    ...store,
    add: (record, timeMs) => faults.guard('add', () => store.add(record, timeMs)),
    change: (id, change) => faults.guard(`to ${change.state}`, () => store.change(id, change)),
  };
}

async function seed(ledger: Ledger, banks: ReadonlyMap<string, Bank>): Promise<void> {
  await ledger.submit([
    { type: 'open', id: operationId('open-1'), account: PAYER, kind: 'person' },
    { type: 'open', id: operationId('open-2'), account: MERCHANT_ACCOUNT, kind: 'merchant' },
    { type: 'issue', id: operationId('issue-1'), account: PAYER, amount: BALANCE },
  ]);
  await banks.get('issuer')?.issueCard({ pan: PAN, psn: PSN, expiry: EXPIRY, pin: PIN, account: PAYER });
  await banks.get('keeper')?.openMerchantAccount(IBAN, 'shop');
}

function purchaseRequest(card: Card, number: number, changes: Partial<PaymentRequest>): PaymentRequest {
  const amount = changes.amount ?? AMOUNT;
  const rrn = `6328${String(number).padStart(8, '0')}`;
  const { pan, expiry, de55 } = presentChip(card, amount, number).request;
  return {
    transactionId: transactionId(TERMINAL, rrn),
    terminalId: TERMINAL,
    merchantNumber: MERCHANT_NUMBER,
    stan: String(number).padStart(6, '0'),
    rrn,
    localTime: '1123151530',
    amount,
    card: { entry: 'chip', pan, expiry, emvData: de55 },
    pin: null,
    settle: null,
    ...changes,
  };
}

/** The reversal a terminal sends for a purchase. */
export function reversalOf(purchase: PaymentRequest): ReversalRequest {
  const { transactionId: id, terminalId, stan, localTime, amount, merchantNumber } = purchase;
  return { transactionId: id, terminalId, stan, localTime, amount, merchantNumber };
}

async function readBooks(ledger: Ledger, banks: ReadonlyMap<string, Bank>): Promise<string> {
  const { issued, redeemed, wallets, held } = (await ledger.supply()).total;
  assert(wallets + held === issued - redeemed, 'the ledger contradicts itself');
  const available = async (account: typeof PAYER): Promise<bigint> =>
    (await ledger.balances(account)).reduce((sum, purse) => sum + purse.available, 0n);
  const [payer, digital] = [await available(PAYER), await available(MERCHANT_ACCOUNT)];
  const keeper = banks.get('keeper')?.nonCash;
  const nonCash = keeper?.balance(IBAN) ?? 0n;
  const other = keeper?.balance(settlementIbanOf('keeper')) ?? 0n;
  assert(nonCash + other === 0n, 'the non-cash book does not add up to zero');
  // Read at rest: what is on no account and not held would be lost, or would have come from nowhere.
  const suspense = await available(suspenseAccountOf('keeper'));
  const total = payer + digital + nonCash + held + suspense;
  const aside = suspense === 0n ? '' : `, suspense ${suspense}`;
  return `payer ${payer}, merchant ${digital} digital ${nonCash} non-cash, held ${held}${aside}${total === BALANCE ? '' : `, TOGETHER ${total}`}`;
}
