import { assert } from '@kassa/primitives';
import { nameOf, type PostgresAddress, parsePostgresAddress } from './postgres-address.ts';
import { STATEMENT_TIMEOUT_MS } from './postgres-limits.ts';

/** Which ledger is meant. */
export interface PostgresPlaceOptions {
  /** `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE`: see `parsePostgresAddress`. */
  readonly url: string;
  /** Where in the database the tables are. Default {@link LEDGER_SCHEMA}. */
  readonly schema?: string;
  /** How long connecting and a statement may take before the connection is cut. Default {@link STATEMENT_TIMEOUT_MS}. */
  readonly statementTimeoutMs?: number;
}

export const LEDGER_SCHEMA = 'kassa_ledger';

export interface PostgresPlace {
  readonly address: PostgresAddress;
  readonly schema: string;
  /** Names the database in errors, without the password. */
  readonly path: string;
  readonly timeoutMs: number;
}

/** @throws PostgresAddressError */
export function placeOf({ url, schema, statementTimeoutMs }: PostgresPlaceOptions): PostgresPlace {
  const address = parsePostgresAddress(url);
  return {
    address,
    schema: checkedSchema(schema ?? LEDGER_SCHEMA),
    path: nameOf(address),
    timeoutMs: statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
  };
}

/** A schema's name goes into statements as it is. */
function checkedSchema(schema: string): string {
  assert(
    /^[a-z][a-z0-9_]{0,47}$/.test(schema),
    'a schema is named with at most 48 small letters, digits and underscores, a letter first',
  );
  return schema;
}
