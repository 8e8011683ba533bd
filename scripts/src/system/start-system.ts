import { randomBytes } from 'node:crypto';
import {
  createHost,
  createPayments,
  type EventLog,
  type HostServer,
  type KeySerialRegister,
  type Merchant,
  openAcquirerStore,
  openEventLog,
  openKeySerialRegister,
  type Payments,
  runRegularly,
  serveHost,
  TEND_INTERVAL_MS,
} from '@kassa/acquirer';
import {
  type AcquirerSecurityModule,
  type Bank,
  createAcquirerSecurityModule,
  createIssuerSecurityModule,
  type IssuerSecurityModule,
  type StatusReport,
} from '@kassa/banks';
import { type AuthorityKey, createTestAuthority } from '@kassa/emv';
import { type Fixtures, loadFixtures, type MerchantFixture, type TerminalFixture } from '@kassa/fixtures';
import { accountId, type OpenLedger } from '@kassa/ledger-client';
import { assert, type Clock, type EmitStep } from '@kassa/primitives';
import { lockDirectory } from '@kassa/storage';
import { createTerminal, type Terminal } from '@kassa/terminal';
import { type OpenCardTray, openCardTray } from './card-tray.ts';
import { type LineTap, openLineTap } from './console/line-tap.ts';
import { type DataFiles, dataFiles } from './files.ts';
import { openLedgerAt } from './ledger-place.ts';
import { makeKeys } from './make-keys.ts';
import { openBanks } from './open-banks.ts';
import { seed } from './seed.ts';
import { openSystemKeys, type SystemKeys } from './system-keys.ts';
import { createTerminalSecurity } from './terminal-security.ts';

export interface SystemOptions {
  /** Data directory; null keeps everything in memory. */
  readonly directory: string | null;
  /** The ledger is on PostgreSQL there instead of in the data directory. Holds a password. */
  readonly ledgerUrl?: string | undefined;
  /** Key file; left out, the one in the data directory. */
  readonly keyFile?: string;
  /** TCP port for ISO 8583; 0 for any free one. */
  readonly isoPort: number;
  readonly address: string;
  /** Terminals connect there instead of to this system's own acquirer. */
  readonly terminalsTo?: { readonly address: string; readonly port: number };
  /** Every terminal speaks this dialect instead of its own. */
  readonly dialect?: TerminalFixture['dialect'];
  readonly responseTimeoutMs?: number;
  /** Messages between terminals and host are kept unmasked, in memory, for the console to show. */
  readonly reveal?: true;
  readonly clock: Clock;
  /** A disk that cannot be written, say. */
  readonly onTrouble: (error: unknown) => void;
}

/** Everything that runs in one `kassa up`. */
export interface System {
  readonly fixtures: Fixtures;
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly terminals: ReadonlyMap<string, Terminal>;
  readonly tray: OpenCardTray;
  readonly events: EventLog;
  readonly ledger: OpenLedger;
  readonly banks: ReadonlyMap<string, Bank>;
  readonly isoPort: number;
  /** Null unless messages are to be revealed. */
  readonly tap: LineTap | null;
  close(): Promise<void>;
}

/**
 * Starts banks, ledger, acquirer and terminals; what a crash interrupted is finished before the first message.
 * @throws StorageError, PostgresAddressError, FixtureError, or an Error with code EADDRINUSE.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const lock = options.directory === null ? undefined : lockDirectory(options.directory);
  const closers: (() => unknown)[] = [() => lock?.release()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await startParts(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(
  options: SystemOptions,
  closers: (() => unknown)[],
  close: () => Promise<void>,
): Promise<System> {
  const { clock, onTrouble } = options;
  const fixtures = loadFixtures();
  const files = dataFiles(options.directory);
  const keys = openSystemKeys({ directory: options.directory, keyFile: options.keyFile ?? null, clock });
  makeKeys(keys, fixtures, 'published');
  const closing = <T extends { close(): unknown }>(part: T): T => {
    closers.push(() => part.close());
    return part;
  };
  const events = closing(openEventLog(files.events, clock, onTrouble));
  const ledger = closing(await openLedgerAt({ file: files.ledger, url: options.ledgerUrl }, clock));
  const issuers = issuerModules(fixtures, keys);
  let payments: Payments | undefined;
  const report = (status: StatusReport): void => void payments?.takeReport(status).catch(onTrouble);
  const banks = openBanks({ fixtures, files, ledger, issuers, clock, emit: events.emit, report, closing });
  await seed(fixtures, ledger, banks);
  const merchants = new Map(fixtures.merchants.map((fixture) => [fixture.id, toMerchant(fixture, fixtures)]));
  const store = closing(openAcquirerStore(files.acquirer));
  const serials = closing(openKeySerialRegister(files.serials));
  const security = createAcquirerSecurityModule(keys.acquirer);
  const { emit } = events;
  const conversions = createPayments({ store, ledger, banks, merchants, security, clock, emit });
  await settleDue(banks);
  await conversions.recover();
  payments = conversions;
  const tend = async (): Promise<void> => {
    await settleDue(banks);
    await conversions.tend();
    await conversions.expireHolds();
  };
  closing(runRegularly(tend, TEND_INTERVAL_MS, onTrouble));
  const server = closing(await openHost(options, { payments: conversions, security, serials, emit }));
  const tray = closing(openCardTray(files.cards, fixtures, issuers));
  const direct = options.terminalsTo ?? { address: options.address, port: server.port };
  const tap = options.reveal ? closing(await openLineTap(direct)) : null;
  const host = tap === null ? direct : { address: '127.0.0.1', port: tap.port };
  // Visa and Mastercard: the terminals know the test authority under both.
  const authorities = createTestAuthority(fixtures.authority.seed).authorityKeys([
    'A000000003',
    'A000000004',
  ]);
  const terminals = new Map<string, Terminal>();
  for (const fixture of fixtures.terminals) {
    terminals.set(
      fixture.id,
      closing(makeTerminal(fixture, { fixtures, files, keys, host, options, emit, authorities })),
    );
  }
  await Promise.all([...terminals.values()].map((terminal) => terminal.start()));
  return { fixtures, merchants, terminals, tray, events, ledger, banks, isoPort: server.port, tap, close };
}

/** What the banks have put off and is due now. */
async function settleDue(banks: ReadonlyMap<string, Bank>): Promise<void> {
  for (const { nonCash } of banks.values()) await nonCash.settleDue();
}

function openHost(
  options: SystemOptions,
  ports: {
    readonly payments: Payments;
    readonly security: AcquirerSecurityModule;
    readonly serials: KeySerialRegister;
    readonly emit: EmitStep;
  },
): Promise<HostServer> {
  const { emit } = ports;
  return serveHost(
    { host: createHost(ports), emit, onTrouble: options.onTrouble },
    options.isoPort,
    options.address,
  );
}

function issuerModules(fixtures: Fixtures, keys: SystemKeys): ReadonlyMap<string, IssuerSecurityModule> {
  return new Map(fixtures.banks.map(({ id }) => [id, createIssuerSecurityModule(keys.bank(id))]));
}

function toMerchant(fixture: MerchantFixture, { terminals }: Fixtures): Merchant {
  const { id, merchantNumber, name, iban, settle } = fixture;
  return {
    id,
    merchantNumber,
    terminalIds: new Set(terminals.filter(({ merchant }) => merchant === id).map((terminal) => terminal.id)),
    name,
    iban,
    settle,
    account: accountId(fixture.account),
    bankId: fixture.bank,
  };
}

interface TerminalSurroundings {
  readonly fixtures: Fixtures;
  readonly files: DataFiles;
  readonly keys: SystemKeys;
  readonly host: { readonly address: string; readonly port: number };
  readonly options: SystemOptions;
  readonly emit: EmitStep;
  readonly authorities: readonly AuthorityKey[];
}

function makeTerminal(fixture: TerminalFixture, surroundings: TerminalSurroundings): Terminal {
  const { fixtures, files, keys, host, options, emit } = surroundings;
  const merchant = fixtures.merchants.find(({ id }) => id === fixture.merchant);
  assert(merchant !== undefined, `fixtures hold no merchant for terminal ${fixture.id}`);
  const { merchantNumber, name, city, mcc } = merchant;
  return createTerminal({
    identity: { id: fixture.id, merchantNumber, merchantName: name, city, mcc },
    serial: fixture.serial,
    dialect: options.dialect ?? fixture.dialect,
    host,
    security: createTerminalSecurity(keys.terminal(fixture.id)),
    authorities: surroundings.authorities,
    path: files.terminal(fixture.id),
    clock: options.clock,
    randomBytes: (count) => randomBytes(count),
    emit,
    onTrouble: options.onTrouble,
    ...(options.responseTimeoutMs === undefined ? {} : { responseTimeoutMs: options.responseTimeoutMs }),
  });
}
