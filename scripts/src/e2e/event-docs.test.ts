import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frame } from '@kassa/iso8583';
import { accountId, operationId } from '@kassa/ledger-client';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/kassa-process.ts';
import { eventually, type SystemUnderTest, systemUnderTest } from '../testing/system-under-test.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/events.md', import.meta.url));
const HEADING = '## Examples';

interface Event {
  readonly seq: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Every type named in the tables of docs/events.md. */
function documentedTypes(text: string): string[] {
  const tables = text.slice(text.indexOf('## Types'), text.indexOf(HEADING));
  const cells = [...tables.matchAll(/^\| (`[^|]+) \|/gm)].map((match) => match[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([a-z]+\.[a-z-]+)`/g)].map((match) => match[1] ?? ''));
}

function documentedExamples(text: string): Map<string, Event> {
  const examples = [...text.slice(text.indexOf(HEADING)).matchAll(/^\{.*\}$/gm)].map(
    ([line]) => JSON.parse(line) as Event,
  );
  return new Map(examples.map((event) => [event.type, event]));
}

function listen(sut: SystemUnderTest, seen: Map<string, Event>): void {
  sut.system.events.listen(({ json }) => {
    const event = JSON.parse(json) as Event;
    if (!seen.has(event.type)) seen.set(event.type, event);
  });
}

/** Drives a system until every type of event has been told at least once. */
async function everyEvent(): Promise<Map<string, Event>> {
  const seen = new Map<string, Event>();
  const directory = temporaryDirectory();
  const sut = await systemUnderTest({ directory, responseTimeoutMs: 300 });
  listen(sut, seen);
  await sut.pay({ card: 'halyk-visa', settle: 'non-cash' });
  await sut.pay({ card: 'altyn-visa', settle: 'digital' });
  await sut.pay({ card: 'halyk-visa', entry: 'swipe' });
  await sut.pay({ card: 'halyk-visa', pin: '' });
  await sut.pay({ card: 'halyk-visa', pin: '9999' });
  await sut.pay({ card: 'bcc-visa-wrong-key' });
  await sut.pay({ card: 'bcc-visa-insert-me', entry: 'tap' });
  await meetSlowBank(sut, seen);
  await meetBadLine(sut);
  await sut.system.terminals.get('20000001')?.exchangeKeys();
  const freeze = {
    type: 'freeze',
    id: operationId('test:freeze'),
    account: accountId('dt-merchant-000001'),
  } as const;
  await sut.system.ledger.submit([freeze]);
  await sut.pay({ card: 'altyn-visa', settle: 'digital' });
  await sut.system.ledger.submit([{ ...freeze, type: 'unfreeze', id: operationId('test:unfreeze') }]);
  const kept = await sut.pay({ card: 'altyn-visa', settle: 'digital' });
  sut.line.close();
  await eventually(() => seen.has('terminal.host-disconnected'));
  await sut.close();
  // As a crash in the middle of a reversal leaves it.
  const db = new Sqlite(join(directory, 'acquirer.db'));
  db.prepare("UPDATE payments SET state = 'reversing' WHERE transaction_id = ?").run(kept.transactionId);
  db.close();
  const restarted = await systemUnderTest({ directory });
  // Recovery comes before anyone can listen: so from the log.
  for (const { json } of restarted.system.events.read(1, restarted.system.events.next, {
    from: 1,
    last: null,
    terminalId: null,
    transactionId: null,
  })) {
    const event = JSON.parse(json) as Event;
    if (!seen.has(event.type)) seen.set(event.type, event);
  }
  listen(restarted, seen);
  await eventually(() => seen.has('acquirer.payment-recovered'));
  await restarted.close();
  return seen;
}

async function meetSlowBank(sut: SystemUnderTest, seen: ReadonlyMap<string, Event>): Promise<void> {
  const nonCash = sut.system.banks.get('halyk')?.nonCash;
  nonCash?.setBehaviour({ kind: 'delayed', delayMs: 1, reason: 'AC06' });
  await sut.pay({ card: 'altyn-visa', settle: 'non-cash' });
  nonCash?.setBehaviour({ kind: 'immediate' });
  await eventually(() => seen.has('bank.credit-rejected'));
}

async function meetBadLine(sut: SystemUnderTest): Promise<void> {
  const terminal = sut.system.terminals.get('20000001');
  for (const settle of ['digital', 'non-cash'] as const) {
    let losing = 1;
    sut.line.meddle = (bytes, direction) => {
      const isLost = direction === 'to-terminal' && losing-- > 0;
      return isLost ? [] : [bytes];
    };
    await sut.pay({ card: 'altyn-visa', settle });
    await eventually(() => terminal?.pendingReversals === 0);
  }
  // A bit of the MAC changed on the way.
  sut.line.meddle = (bytes, direction) =>
    direction === 'to-host' ? [bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1)] : [bytes];
  await sut.pay({ card: 'altyn-visa' });
  // Twice there and twice back: a duplicate for the host, an answer nobody waits for at the terminal.
  sut.line.meddle = (bytes) => [bytes, bytes];
  await sut.pay({ card: 'altyn-visa' });
  sut.line.meddle = (bytes) => [bytes];
  const socket = createConnection({ host: '127.0.0.1', port: sut.system.isoPort });
  socket.on('error', () => undefined);
  socket.write(frame('post', new Uint8Array([1, 2, 3, 4])));
  await new Promise((resolve) => socket.on('close', resolve));
}

test('docs/events.md lists every type of event, with an example whose data has the fields it really has', async () => {
  const seen = await everyEvent();
  if (process.env.KASSA_WRITE_DOCS) writeExamples(seen);
  const text = readFileSync(DOCUMENT, 'utf8');
  const examples = documentedExamples(text);
  expect([...new Set(documentedTypes(text))].sort()).toEqual([...seen.keys()].sort());
  expect([...examples.keys()].sort()).toEqual([...seen.keys()].sort());
  for (const [type, event] of seen) {
    expect(Object.keys(examples.get(type)?.data ?? {}), `the example of ${type}`).toEqual(
      Object.keys(event.data),
    );
  }
}, 60_000);

/** KASSA_WRITE_DOCS=1 npx vitest run scripts/src/e2e/event-docs.test.ts writes the examples anew. */
function writeExamples(seen: ReadonlyMap<string, Event>): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const head = text.includes(HEADING) ? text.slice(0, text.indexOf(HEADING)) : `${text.trimEnd()}\n\n`;
  const lines = [...seen.values()]
    .sort((left, right) => left.seq - right.seq)
    .map((event) => `\`${event.type}\`\n\n\`\`\`json\n${JSON.stringify(shortened(event))}\n\`\`\`\n`);
  writeFileSync(
    DOCUMENT,
    `${head}${HEADING}\n\nOne of each, as the stream sent it; of long lists the first elements only.\n\n${lines.join('\n')}`,
  );
}

function shortened(event: Event): Event {
  const { fields } = event.data;
  return Array.isArray(fields) ? { ...event, data: { ...event.data, fields: fields.slice(0, 3) } } : event;
}
