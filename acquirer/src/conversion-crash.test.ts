import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditBank, type BankBehaviour } from '@kassa/banks';
import { auditLedgerFile } from '@kassa/ledger-client';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { isUnfinished } from './payment-record.ts';
import type { FaultMoment } from './testing/faults.ts';
import { openTestAcquirer, reversalOf, type TestAcquirer } from './testing/test-acquirer.ts';

const UNTOUCHED = 'payer 1000000, merchant 0 digital 0 non-cash, held 0';
const PAID = 'payer 850000, merchant 0 digital 150000 non-cash, held 0';
const SUSPENDED = 'payer 850000, merchant 0 digital 0 non-cash, held 0, suspense 150000';

interface Scenario {
  readonly name: string;
  readonly behaviour: BankBehaviour;
  /** Undisturbed. */
  readonly end: string;
  /** Writing calls of an undisturbed run, each cut before and after. */
  readonly calls: readonly string[];
  /** Where a crash may lead besides: nobody had been told an approval, or a cut-off instruction met a bank that works. */
  readonly also: readonly string[];
}

const AUTHORISED = ['add', 'issuer bank', 'ledger hold', 'to authorised', 'keeper bank'];
const SCENARIOS: readonly Scenario[] = [
  {
    name: 'settled at once',
    behaviour: { kind: 'immediate' },
    end: PAID,
    calls: [...AUTHORISED, 'ledger execute', 'to settled'],
    also: [UNTOUCHED],
  },
  {
    name: 'queued, then settled',
    behaviour: { kind: 'delayed', delayMs: 5_000 },
    end: PAID,
    calls: [...AUTHORISED, 'to pending', 'keeper bank', 'ledger execute', 'to settled'],
    also: [UNTOUCHED],
  },
  {
    name: 'queued, then rejected',
    behaviour: { kind: 'delayed', delayMs: 5_000, reason: 'AC06' },
    end: SUSPENDED,
    calls: [...AUTHORISED, 'to pending', 'keeper bank', 'ledger open', 'to suspended'],
    also: [UNTOUCHED, PAID],
  },
  {
    name: 'rejected',
    behaviour: { kind: 'refuses', reason: 'AC06' },
    end: UNTOUCHED,
    calls: [...AUTHORISED, 'ledger release', 'to reversed'],
    also: [PAID],
  },
  {
    name: 'posted without an answer',
    behaviour: { kind: 'silent', posts: true },
    end: UNTOUCHED,
    calls: [...AUTHORISED, 'to reversing', 'keeper bank', 'ledger release', 'to reversed'],
    also: [PAID],
  },
];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-conversion-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string): string => join(directory, `${name}.db`);
const open = (): Promise<TestAcquirer> =>
  openTestAcquirer(file('acquirer'), {
    ledger: file('ledger'),
    issuer: file('bank-issuer'),
    keeper: file('bank-keeper'),
  });

/** All that happens to a conversion until it is over: the payment, the bank's later word, and its being asked. */
async function follow(host: TestAcquirer, pay: () => Promise<unknown>): Promise<void> {
  await pay();
  if (host.nonCash().behaviour.kind === 'silent') host.nonCash().setBehaviour({ kind: 'immediate' });
  host.time.nowMs += 10_000;
  await host.nonCash().settleDue();
  for (const report of host.reports.splice(0)) await host.payments.takeReport(report);
  await host.payments.tend();
}

function expectSoundFiles(): void {
  expect(auditLedgerFile(file('ledger')).findings).toEqual([]);
  for (const bank of ['bank-issuer', 'bank-keeper']) expect(auditBank(file(bank)).findings).toEqual([]);
}

describe.each(SCENARIOS)('a conversion, $name', ({ behaviour, end, calls, also }) => {
  it('makes the calls this test cuts', async () => {
    const host = await open();
    host.nonCash().setBehaviour(behaviour);
    const request = host.purchase(1, { settle: 'non-cash' });
    await follow(host, () => host.payments.purchase(request));
    expect(host.faults.names).toEqual(calls);
    expect(await host.books()).toBe(end);
    await host.close();
    expectSoundFiles();
  });

  const cuts = calls.flatMap((name, index) =>
    (['before', 'after'] as const).map((moment): [FaultMoment, string, number] => [moment, name, index + 1]),
  );

  test.each(cuts)(
    'cut %s "%s" (call %i) is finished by the next start, on the same files',
    async (moment, name, call) => {
      const dying = await open();
      dying.nonCash().setBehaviour(behaviour);
      const request = dying.purchase(1, { settle: 'non-cash' });
      let approved = false;
      dying.faults.arm(call, moment, 'crash');
      const pay = async (): Promise<void> => {
        approved = (await dying.payments.purchase(request)).responseCode === '00';
      };
      await expect(follow(dying, pay)).rejects.toThrow(`failed ${moment} it was done`);
      await dying.close();
      expectSoundFiles();

      const host = await open();
      await host.payments.recover();
      expectSoundFiles();
      await follow(host, async () => undefined);
      const state = host.store.find(request.transactionId)?.state;
      expect(state === undefined ? name : isUnfinished(state)).toBe(state === undefined ? 'add' : false);
      const books = await host.books();
      // Who was told an approval has paid; otherwise either, and the terminal is told which.
      expect(approved ? [end] : [end, UNTOUCHED, ...also]).toContain(books);
      const again = await host.payments.purchase(request);
      const afterwards = await host.books();
      expect(afterwards === UNTOUCHED).toBe(again.responseCode !== '00');
      if (state !== undefined) expect(afterwards).toBe(books);
      expect(await host.payments.reverse(reversalOf(request))).toEqual({ responseCode: '00', reason: null });
      expect(await host.books()).toBe(UNTOUCHED);
      expect(host.store.unfinished()).toEqual([]);
      await host.close();
      expectSoundFiles();
    },
  );
});
