import { resolve } from 'node:path';
import { KeyFileError } from '@kassa/banks';
import { FixtureError } from '@kassa/fixtures';
import { PostgresAddressError } from '@kassa/ledger-client';
import { StorageError, storageErrorOf } from '@kassa/storage';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../failure.ts';
import { type HttpServer, serveHttp } from '../system/http-app.ts';
import { type System, startSystem } from '../system/start-system.ts';
import { VERSION } from '../version.ts';
import { type LedgerOption, ledgerOption, takeLedgerUrl } from './ledger-option.ts';
import { keyFileOption, parseEndpoint, parsePort, parseSeconds } from './options.ts';

/** Loopback only: nothing here is made to face a network. */
const ADDRESS = '127.0.0.1';
const HTTP_PORT = 8080;
const ISO_PORT = 8583;

interface UpOptions extends LedgerOption {
  readonly data: string;
  readonly memory?: true;
  readonly keyFile?: string;
  readonly http: number;
  readonly iso: number;
  readonly json?: true;
  readonly terminalsTo?: { readonly address: string; readonly port: number };
  readonly dialect?: 'kassa-bcd' | 'kassa-ascii';
  readonly responseTimeout?: number;
  readonly reveal?: true;
}

export function addUp(program: Command, finish: (code: number) => void): void {
  program
    .command('up')
    .description('run terminals, acquirer, banks and the digital tenge ledger, until Ctrl-C')
    .addOption(new Option('--data <dir>', 'data directory').default('.kassa').conflicts('memory'))
    .option('--memory', 'keep everything in memory')
    .addOption(keyFileOption())
    .addOption(ledgerOption('keep the digital tenge ledger on PostgreSQL').conflicts('memory'))
    .option('--http <port>', 'port of page and API, 0 for any free one', parsePort, HTTP_PORT)
    .option('--iso <port>', 'port for ISO 8583, 0 for any free one', parsePort, ISO_PORT)
    .addOption(
      new Option('--dialect <name>', 'every terminal speaks this dialect').choices([
        'kassa-bcd',
        'kassa-ascii',
      ]),
    )
    .option(
      '--terminals-to <address:port>',
      'the terminals connect to this host instead of the built-in acquirer',
      parseEndpoint,
    )
    .option(
      '--response-timeout <seconds>',
      'how long a terminal waits for an answer before it reverses',
      parseSeconds,
    )
    .option('--reveal', 'the console may show card data of messages unmasked, from this machine only')
    .option('--json', 'print one line of JSON when ready')
    .action(async (options: UpOptions) => {
      await up(options);
      finish(0);
    });
}

async function up(options: UpOptions): Promise<void> {
  const system = await open(options);
  const http = await openHttp(system, options.http);
  const stopped = waitForSignal();
  announce(options, system, http);
  await stopped;
  if (!options.json) process.stdout.write('\nkassa: stopping\n');
  await http.close();
  await system.close();
}

async function open(options: UpOptions): Promise<System> {
  const directory = options.memory ? null : resolve(options.data);
  try {
    return await startSystem({
      directory,
      ledgerUrl: takeLedgerUrl(options),
      isoPort: options.iso,
      address: ADDRESS,
      clock: Date.now,
      ...(options.keyFile && directory !== null ? { keyFile: resolve(options.keyFile) } : {}),
      onTrouble,
      ...(options.terminalsTo ? { terminalsTo: options.terminalsTo } : {}),
      ...(options.reveal ? { reveal: true } : {}),
      ...(options.dialect ? { dialect: options.dialect } : {}),
      ...(options.responseTimeout ? { responseTimeoutMs: options.responseTimeout * 1000 } : {}),
    });
  } catch (error) {
    throw explain(storageErrorOf(error, directory ?? 'memory') ?? error, 'ISO 8583', '--iso', options.iso);
  }
}

async function openHttp(system: System, port: number): Promise<HttpServer> {
  try {
    return await serveHttp(system, { port, address: ADDRESS, version: VERSION, onTrouble });
  } catch (error) {
    await system.close();
    throw explain(error, 'the page and API', '--http', port);
  }
}

/** A reason a user can act on; anything else is a bug and keeps its stack. */
function explain(error: unknown, what: string, option: string, port: number): unknown {
  if (
    error instanceof StorageError ||
    error instanceof FixtureError ||
    error instanceof KeyFileError ||
    error instanceof PostgresAddressError
  ) {
    return new CommandFailure(error.message, { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new CommandFailure(
      `port ${port} for ${what} is taken by another program.\nRemedy: stop it, or choose another port: kassa up ${option} 0 takes any free one`,
      { cause: error },
    );
  }
  if (code === 'EACCES') {
    return new CommandFailure(
      `this user may not open port ${port} for ${what}.\nRemedy: choose one above 1023 with ${option}`,
      {
        cause: error,
      },
    );
  }
  return error;
}

function onTrouble(error: unknown): void {
  process.stderr.write(`kassa: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

function announce(options: UpOptions, system: System, http: HttpServer): void {
  const url = `http://${ADDRESS}:${http.port}`;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ready: true, http: url, iso: system.isoPort })}\n`);
    return;
  }
  const where = options.memory ? 'in memory, gone at the end' : resolve(options.data);
  process.stdout.write(
    [
      '',
      '  Kassa is running – a demonstration, no real money',
      '',
      `  Terminal and live trace   ${url}`,
      `  Console                   ${url}/console  (docs/console.md)`,
      `  HTTP API, event stream    ${url}/v1  (docs/api.md, docs/events.md)`,
      `  ISO 8583 host             ${ADDRESS}:${system.isoPort}  (docs/wire.md)`,
      `  Data                      ${where}`,
      '',
      '  A payment from another shell: npx kassa pay --amount 1500.00 --card halyk-visa --entry chip',
      '  Stop with Ctrl-C',
      '',
      '',
    ].join('\n'),
  );
}

function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
