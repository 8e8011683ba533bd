/** Where a PostgreSQL server is and who asks. Holds the password: never print one whole, but {@link nameOf} it. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined: of the environment variable PGPASSWORD, or of the user's password file. */
  readonly password: string | undefined;
  readonly database: string;
  /** `verified` checks the server's certificate; `unverified` only encrypts, as libpq's `require`. */
  readonly tls: 'off' | 'unverified' | 'verified';
}

/** A text that is no PostgreSQL address. Does not repeat the text, which may hold a password. */
export class PostgresAddressError extends Error {
  override readonly name = 'PostgresAddressError';
}

/** IANA-assigned. */
const PORT = 5432;

const TLS_OF_MODE: Readonly<Record<string, PostgresAddress['tls']>> = {
  disable: 'off',
  require: 'unverified',
  'verify-full': 'verified',
};

/**
 * Parses `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?sslmode=disable|require|verify-full]` (PostgreSQL 15 manual, 34.1.1.2);
 * TLS is off by default. One host: a list would let a driver choose a standby.
 * @throws PostgresAddressError
 */
export function parsePostgresAddress(text: string): PostgresAddress {
  const url = parseUrl(text);
  const database = decode(url.pathname.slice(1));
  const user = decode(url.username);
  if (url.hostname === '' || user === '' || database === '' || database.includes('/')) {
    throw new PostgresAddressError(
      'a PostgreSQL address is postgres://USER@HOST:PORT/DATABASE: user, host or database is missing',
    );
  }
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  const tls = TLS_OF_MODE[mode];
  const unknown = [...url.searchParams.keys()].filter((name) => name !== 'sslmode');
  if (tls === undefined || unknown.length > 0) {
    throw new PostgresAddressError(
      'a PostgreSQL address takes only ?sslmode=disable, require or verify-full after the database',
    );
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORT : Number(url.port),
    user,
    password: url.password === '' ? undefined : decode(url.password),
    database,
    tls,
  };
}

/** The address without the password, for messages. */
export function nameOf({ user, host, port, database }: PostgresAddress): string {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return `postgres://${encodeURIComponent(user)}@${shownHost}:${port}/${encodeURIComponent(database)}`;
}

function parseUrl(text: string): URL {
  // A failed `new URL` carries the whole text, password included, in its error.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'postgres:' || url?.protocol === 'postgresql:') return url;
  throw new PostgresAddressError(
    'a PostgreSQL address is postgres://USER@HOST:PORT/DATABASE; write %40 for @ and %2F for / in a password',
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new PostgresAddressError('a PostgreSQL address writes % as %25', { cause: error });
  }
}
