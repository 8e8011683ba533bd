import { describe, expect, it } from 'vitest';
import { nameOf, parsePostgresAddress } from './postgres-address.ts';

describe('parsePostgresAddress', () => {
  it.each([
    [
      'postgres://kassa:s%40cret@db.example:6432/books',
      'postgres://kassa@db.example:6432/books',
      's@cret',
      'off',
    ],
    ['postgresql://k@127.0.0.1/books', 'postgres://k@127.0.0.1:5432/books', undefined, 'off'],
    ['postgres://k:p@[::1]:5433/b?sslmode=require', 'postgres://k@[::1]:5433/b', 'p', 'unverified'],
    ['postgres://k:p@h/b?sslmode=verify-full', 'postgres://k@h:5432/b', 'p', 'verified'],
    ['postgres://k:p@h/b?sslmode=disable', 'postgres://k@h:5432/b', 'p', 'off'],
  ])('%s', (text, name, password, tls) => {
    const address = parsePostgresAddress(text);
    expect(nameOf(address)).toBe(name);
    expect(address).toMatchObject({ password, tls });
  });

  it.each([
    ['mysql://k:geheim@h/b', 'is postgres://USER@HOST:PORT/DATABASE; write %40 for @'],
    ['geheim', 'is postgres://USER@HOST:PORT/DATABASE; write %40 for @'],
    ['postgres://k:geheim@h:port/b', 'is postgres://USER@HOST:PORT/DATABASE; write %40 for @'],
    ['postgres://k:geheim@one,two:5432,three/b/c', 'is postgres://USER@HOST:PORT/DATABASE'],
    ['postgres://:geheim@h/b', 'user, host or database is missing'],
    ['postgres://k:geheim@h', 'user, host or database is missing'],
    ['postgres://k:geheim@h/b/c', 'user, host or database is missing'],
    ['postgres://k:geheim%@h/b', 'writes % as %25'],
    ['postgres://k:geheim@h/b?sslmode=prefer', 'only ?sslmode=disable, require or verify-full'],
    ['postgres://k:geheim@h/b?password=geheim', 'only ?sslmode=disable, require or verify-full'],
  ])('refuses %s without repeating it', (text, message) => {
    let refused: unknown;
    try {
      parsePostgresAddress(text);
    } catch (error) {
      refused = error;
    }
    expect(String(refused)).toContain('PostgresAddressError: a PostgreSQL address ');
    expect(String(refused)).toContain(message);
    expect(String(refused)).not.toContain('geheim');
  });
});
