import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { auditSystem } from '../system/audit-system.ts';
import { type HttpServer, serveHttp } from '../system/http-app.ts';
import { temporaryDirectory } from '../testing/kassa-process.ts';
import { eventually, type SystemUnderTest, systemUnderTest } from '../testing/system-under-test.ts';

const IBAN = 'KZ71601KZT1000000001';
const directory = temporaryDirectory();
const ids: Record<string, string> = {};
let sut: SystemUnderTest;
let server: HttpServer;
beforeAll(async () => {
  sut = await systemUnderTest({ directory, responseTimeoutMs: 1_000 });
  const onTrouble = (error: unknown): void => void sut.troubles.push(error);
  server = await serveHttp(sut.system, { port: 0, address: '127.0.0.1', version: 'test', onTrouble });
});
afterAll(async () => {
  await server.close();
  await sut.close();
  expect(sut.troubles).toEqual([]);
});

const url = (path: string): string => `http://127.0.0.1:${server.port}/v1/${path}`;
const get = async (path: string): Promise<unknown> => (await fetch(url(path))).json();
async function behave(behaviour: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url('banks/halyk/behaviour'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(behaviour),
  });
  return { status: response.status, body: await response.json() };
}
async function pay(name: string) {
  const result = await sut.pay({ card: 'altyn-visa', settle: 'non-cash' });
  ids[name] = result.transactionId;
  return result;
}
const untilConcluded = () => eventually(async () => (await auditSystem(directory)).inFlight === 0);
const audited = async () => {
  const { ok, notes, findings, inFlight } = await auditSystem(directory);
  return { ok, notes, findings, inFlight };
};
const SOUND = { ok: true, notes: [], findings: [], inFlight: 0 };

describe('a bank whose behaviour is set over the API', () => {
  it('is slow: approved at once, posted and redeemed later, by the running system itself', async () => {
    expect(await behave({ kind: 'delayed', delayMs: 700 })).toMatchObject({ status: 200 });
    expect(await pay('slow')).toMatchObject({ approved: true, route: 'convert' });
    expect(await sut.books()).toMatchObject({ held: '1500.00', nonCash: '0.00', balanced: true });
    expect(await audited()).toEqual({ ...SOUND, inFlight: 1 });
    await untilConcluded();
    expect(await sut.books()).toMatchObject({ nonCash: '1500.00', redeemed: '1500.00', balanced: true });
    expect(await audited()).toEqual(SOUND);
  });

  it('is silent: declined with 91, and given back once the bank says what it did', async () => {
    await behave({ kind: 'silent', posts: true });
    expect(await pay('silent')).toMatchObject({ approved: false, responseCode: '91' });
    expect(await sut.books()).toMatchObject({ held: '1500.00', nonCash: '3000.00' });
    expect(await audited()).toEqual({ ...SOUND, inFlight: 1 });
    await behave({ kind: 'immediate' });
    await untilConcluded();
    expect(await sut.books()).toMatchObject({ nonCash: '1500.00', balanced: true });
    expect(await audited()).toEqual(SOUND);
  });

  it('changes its mind: the money is on its suspense account, which the audit names', async () => {
    await behave({ kind: 'delayed', delayMs: 10, reason: 'AC06' });
    expect(await pay('suspended')).toMatchObject({ approved: true });
    await untilConcluded();
    expect(await sut.books()).toMatchObject({ nonCash: '1500.00', redeemed: '1500.00', balanced: true });
    expect(await audited()).toEqual({
      ...SOUND,
      notes: [
        `payment ${ids.suspended}: 150000 tiyn went to suspense account dt-suspense-halyk, which bank halyk owes to merchant kofe-abay`,
      ],
    });
  });

  it('is told what is wrong with a behaviour, and lists the banks', async () => {
    expect(await behave({ kind: 'dances' })).toMatchObject({ status: 400, body: { code: 'bad-behaviour' } });
    expect(await behave({ kind: 'refuses', reason: 'MS03' })).toEqual({
      status: 200,
      body: { id: 'halyk', name: 'Halyk Bank', behaviour: { kind: 'refuses', reason: 'MS03' } },
    });
    expect(await get('banks')).toContainEqual({
      id: 'bcc',
      name: 'Bank CenterCredit',
      behaviour: { kind: 'immediate' },
    });
  });

  it('gives a merchant’s statement', async () => {
    expect(await get(`banks/halyk/accounts/${IBAN}/statement`)).toMatchObject({
      Acct: { Id: { IBAN } },
      Ntry: [
        { AcctSvcrRef: `${ids.slow}:credit:conclude`, CdtDbtInd: 'CRDT', Amt: { value: '1500.00' } },
        { AcctSvcrRef: `${ids.silent}:credit`, CdtDbtInd: 'CRDT' },
        { AcctSvcrRef: `${ids.silent}:debit`, CdtDbtInd: 'DBIT' },
      ],
      StmtPgntn: { next: null },
    });
    expect(await get('banks/halyk/accounts/KZ00/statement')).toMatchObject({ code: 'unknown-account' });
    expect(await get('banks/nobody/accounts/KZ00/statement')).toMatchObject({ code: 'unknown-bank' });
    expect(await get(`banks/halyk/accounts/${IBAN}/statement?after=x`)).toMatchObject({ code: 'bad-after' });
  });
});

describe('the audit holds the books against each other, and finds', () => {
  const table: readonly [string, string, (id: Readonly<Record<string, string>>) => string, string][] = [
    [
      'acquirer',
      'a conversion the acquirer has lost',
      (id) => `DELETE FROM payments WHERE transaction_id = '${id.slow}'`,
      'bank entries of 150000 tiyn name payment',
    ],
    [
      'acquirer',
      'suspense called settled',
      (id) => `UPDATE payments SET state = 'settled' WHERE transaction_id = '${id.suspended}'`,
      'settled, and its hold was not redeemed',
    ],
    [
      'acquirer',
      'a settlement called suspense',
      (id) => `UPDATE payments SET state = 'suspended' WHERE transaction_id = '${id.slow}'`,
      'suspended, and its hold was redeemed',
    ],
    [
      'acquirer',
      'an undone conversion called pending',
      (id) => `UPDATE payments SET state = 'pending' WHERE transaction_id = '${id.silent}'`,
      'approved and waiting for its bank, its hold is released over 150000 tiyn',
    ],
    [
      'bank-halyk',
      'a flipped byte in a bank’s journal',
      () => `UPDATE journal SET content = replace(content, '"150000"', '"150001"') WHERE sequence = 3`,
      'bank halyk: journal entry 3 is not what its hash was made of',
    ],
    [
      'bank-halyk',
      'a removed tail of a bank’s journal',
      () => 'DELETE FROM journal WHERE sequence = (SELECT max(sequence) FROM journal)',
      'was last written',
    ],
  ];
  test.each(table)('in %s: %s', async (file, _name, sql, finding) => {
    const copy = join(temporaryDirectory(), 'data');
    cpSync(directory, copy, { recursive: true });
    const db = new Sqlite(join(copy, `${file}.db`));
    expect(db.prepare(sql(ids)).run().changes).toBe(1);
    db.close();
    const { ok, findings } = await auditSystem(copy);
    expect([ok, findings.join('\n')]).toEqual([false, expect.stringContaining(finding)]);
  });
});
