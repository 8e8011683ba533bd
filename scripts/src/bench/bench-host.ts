import { type ChildProcess, fork } from 'node:child_process';
import { loadFixtures } from '@kassa/fixtures';
import { compileDialect, frame, kassaBcd, type Message } from '@kassa/iso8583';
import { assert } from '@kassa/primitives';
import { type LoadFigures, loadHost } from './host-load.ts';
import { approval, HOST_PROGRAM, type HostKind } from './host-process.ts';
import { alternate, type BenchRow, ratePerCpuSecond, rowOf } from './measure.ts';

const CONNECTIONS = 8;
const IN_FLIGHT = 16;
const ROUND_MS = 1_500;
const CODEC_CALLS = 60_000;
/** Patched in each request. */
const STAN = '000000';
/** MTI and one bitmap before DE 2: one byte of length and eight of number; then DE 3, 4 and 7. */
const STAN_AT = 2 + 2 + 8 + 9 + 3 + 6 + 5;

/** A chip purchase of 21 elements with 120 bytes of DE 55, as `npm run bench codec` has it. */
function purchase(): Message {
  const pan = loadFixtures().cards[0]?.pan ?? '';
  return {
    mti: '0200',
    fields: {
      2: pan,
      3: '000000',
      4: '000000150000',
      7: '1123101530',
      11: STAN,
      12: '151530',
      13: '1123',
      14: '3112',
      18: '5814',
      22: '051',
      23: '001',
      25: '00',
      32: '123456',
      35: `${pan}=31122060000012300000`,
      37: '632815000007',
      41: '20000001',
      42: 'KZ0000000000001',
      43: `${'KOFE NA ABAYA'.padEnd(38)}KZ`,
      49: '398',
      55: `9F1020${'06011203A0000000'.repeat(4)}9F2608${'AB'.repeat(8)}9F3704DEADBEEF8202180095050000048000${'9A03261123'}9F02060000001500005F2A0203989F360200079C01009F3303E068009F34030203009F1E084B41535341303031`,
      60: '0011234567',
    },
  };
}

/**
 * A host over TCP that unpacks 0200 and packs 0210, then one that only cuts frames and gives them back, each beside a
 * server that gives back what it gets.
 */
export async function benchHost(): Promise<BenchRow[]> {
  const codec = compileDialect(kassaBcd);
  const bytes = codec.encode(purchase()).slice();
  const request = frame('post', bytes);
  // In the same turns as what it is compared with.
  const bound: number[] = [];
  const whole = await compare('kassa', request, () => {
    bound.push(ratePerCpuSecond(() => void codec.encode(approval(codec.decode(bytes))), CODEC_CALLS));
  });
  const framed = await compare('frames', request);
  const checked = await compare('kassa', request, undefined, (answer, stan) => {
    const { 11: echoed } = codec.decode(answer).fields;
    assert(Number(echoed) === stan, `answer ${echoed} to request ${stan}`);
  });
  const rate = 'answersPerSecond';
  const perSecond = 'messages per second';
  return [
    rowFor(`0200 to 0210, ${CONNECTIONS} connections × ${IN_FLIGHT}`, perSecond, whole, rate),
    rowFor('the same, the client unpacks each answer', perSecond, checked, rate),
    rowFor('frames given back, no codec', perSecond, framed, rate),
    rowOf({
      part: 'host',
      name: 'codec alone, no sockets',
      unit: 'messages per CPU-second',
      referenceName: REFERENCE,
      subject: bound.slice(1),
      reference: figuresOf(whole.reference, rate),
    }),
    rowFor('answer p50', 'ms', whole, 'p50Ms'),
    rowFor('answer p99', 'ms', whole, 'p99Ms'),
    rowFor('load generator', 'cores', whole, 'loadCores'),
  ];
}

interface Compared {
  readonly subject: readonly LoadFigures[];
  readonly reference: readonly LoadFigures[];
}

const REFERENCE = 'bare server that echoes';

function figuresOf(loads: readonly LoadFigures[], key: keyof LoadFigures): number[] {
  return loads.map((load) => load[key]);
}

function rowFor(
  name: string,
  unit: string,
  { subject, reference }: Compared,
  key: keyof LoadFigures,
): BenchRow {
  const figures = { subject: figuresOf(subject, key), reference: figuresOf(reference, key) };
  return rowOf({ part: 'host', name, unit, referenceName: REFERENCE, ...figures });
}

/** Loads both in turns; what the rounds for warming up gave is left out. */
async function compare(
  kind: HostKind,
  request: Uint8Array,
  afterRound?: () => void,
  check?: (answer: Uint8Array, stan: number) => void,
): Promise<Compared> {
  const [host, bare] = [await startHost(kind), await startHost('bare')];
  const figures = { subject: [] as LoadFigures[], reference: [] as LoadFigures[] };
  const round = async (port: number, into: LoadFigures[]): Promise<number> => {
    const load = {
      connections: CONNECTIONS,
      inFlight: IN_FLIGHT,
      durationMs: ROUND_MS,
      stanAt: STAN_AT,
      ...(check && { check }),
    };
    const figure = await loadHost({ ...load, request, port });
    into.push(figure);
    return figure.answersPerSecond;
  };
  try {
    await alternate(
      async () => {
        const rate = await round(host.port, figures.subject);
        afterRound?.();
        return rate;
      },
      () => round(bare.port, figures.reference),
    );
  } finally {
    host.process.disconnect();
    bare.process.disconnect();
  }
  return { subject: figures.subject.slice(1), reference: figures.reference.slice(1) };
}

function startHost(kind: HostKind): Promise<{ readonly process: ChildProcess; readonly port: number }> {
  const child = fork(HOST_PROGRAM, [kind]);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the ${kind} host ended with ${code}`)));
    child.once('message', (message) => {
      resolve({ process: child, port: (message as { readonly port: number }).port });
    });
  });
}
