import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isOwnOrigin, serveEventStream } from '@kassa/acquirer';
import { StorageError } from '@kassa/storage';
import { ApiError, type Terminal, terminalApi, WrongStateError } from '@kassa/terminal';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { bankApi } from './bank-api.ts';
import { readBooks } from './books.ts';
import { consoleApi } from './console/console-api.ts';
import { ledgerApi, type NamedAccount } from './console/ledger-api.ts';
import { createPaymentIndex } from './console/payment-index.ts';
import type { System } from './start-system.ts';

/** An amount, a card and a PIN fit in far less. */
const BODY_BYTES_MAX = 4096;

/** Built by Vite. */
const SITE = fileURLToPath(new URL('../../../web/dist/site', import.meta.url));

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves page, API and event stream.
 * @throws (rejects) Error with code `EADDRINUSE` when the port is taken.
 */
export async function serveHttp(
  system: System,
  options: {
    readonly port: number;
    readonly address: string;
    readonly version: string;
    readonly onTrouble: (error: unknown) => void;
  },
): Promise<HttpServer> {
  const server = createServer(httpApp(system, options.version, options.onTrouble));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const stream = serveEventStream(server, system.events);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : options.port,
    close: () => closeServer(server, () => stream.close()),
  };
}

function closeServer(server: Server, endStreams: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    endStreams();
    server.closeAllConnections();
  });
}

function httpApp(system: System, version: string, onTrouble: (error: unknown) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(onlyOwnPages, securityHeaders);
  app.use('/v1', jsonOnly, express.json({ limit: BODY_BYTES_MAX }));
  app.get('/v1/health', (_request, response) => {
    response.json({ ok: true, version, iso: system.isoPort });
  });
  app.get('/v1/cards', (_request, response) => {
    response.json(cardList(system));
  });
  app.get('/v1/books', async (_request, response) => {
    response.json(await readBooks(system));
  });
  app.use('/v1', bankApi(system.banks));
  app.use('/v1', consoleApi(system.events, createPaymentIndex(system.events), system.tap));
  app.use('/v1', ledgerApi(system.ledger, namedAccounts(system)));
  const describe = (terminal: Terminal) => ({ merchant: merchantOf(system, terminal) });
  app.use('/v1', terminalApi({ terminals: system.terminals, tray: system.tray, describe }));
  app.use('/v1', () => {
    throw new ApiError(404, 'unknown-path', 'there is no such resource: docs/api.md lists them');
  });
  if (existsSync(SITE)) app.use(express.static(SITE, { extensions: ['html'] }));
  app.use(problemDetails(onTrouble));
  return app;
}

const onlyOwnPages: RequestHandler = (request, _response, next) => {
  if (isOwnOrigin(request)) next();
  else throw new ApiError(403, 'foreign-origin', 'this server answers its own page and local programs only');
};

/** Everything comes from here, and nothing else may show it in a frame. */
const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy':
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  next();
};

/** A form of another page cannot send this type without asking first. */
const jsonOnly: RequestHandler = (request, _response, next) => {
  const hasBody = request.method === 'POST';
  if (hasBody && !request.is('application/json')) {
    throw new ApiError(415, 'not-json', 'send Content-Type: application/json');
  }
  next();
};

function problemDetails(onTrouble: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, code, detail } = describeError(error);
    if (status === 500) onTrouble(error);
    response
      .status(status)
      .type('application/problem+json')
      .json({ title: TITLES[status] ?? 'Error', status, detail, code });
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  500: 'Internal error',
  503: 'Unavailable',
};

function describeError(error: unknown): { status: number; code: string; detail: string } {
  if (error instanceof ApiError) return { status: error.status, code: error.code, detail: error.message };
  if (error instanceof WrongStateError) return { status: 409, code: 'wrong-state', detail: error.message };
  if (error instanceof StorageError) return { status: 503, code: error.code, detail: error.message };
  // What body-parser and express throw for a client's mistake.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    return {
      status: error.status,
      code: 'bad-request',
      detail: 'the request body is not JSON, or too large',
    };
  }
  return { status: 500, code: 'internal', detail: 'something went wrong here; the log says what' };
}

function cardList({ fixtures }: System) {
  return fixtures.cards.map(({ id, bank, scheme, cardholderName, pan, expiry, pin, says }) => ({
    id,
    bank,
    bankName: fixtures.banks.find((candidate) => candidate.id === bank)?.name ?? bank,
    scheme,
    name: cardholderName,
    lastFour: pan.slice(-4),
    expiry: `${expiry.slice(2)}/${expiry.slice(0, 2)}`,
    pin,
    says,
  }));
}

/** Digital accounts people know by the card or the merchant they belong to. */
function namedAccounts({ fixtures }: System): readonly NamedAccount[] {
  return [
    ...fixtures.merchants.map(({ account, name }) => ({ account, name })),
    ...fixtures.cards.map(({ account, id }) => ({ account, name: id })),
  ];
}

function merchantOf({ fixtures }: System, terminal: Terminal) {
  const merchant = fixtures.merchants.find(
    ({ merchantNumber }) => merchantNumber === terminal.identity.merchantNumber,
  );
  return merchant && { id: merchant.id, name: merchant.name, city: merchant.city, settle: merchant.settle };
}
