import { type ChildProcess, fork } from 'node:child_process';
import { compileDialect, frame, kassaBcd } from '@kassa/iso8583';
import { assert } from '@kassa/primitives';
import { type LoadFigures, loadHost } from './host-load.ts';
import { approval, HOST_PROGRAM, type HostKind } from './host-process.ts';
import { alternate, type BenchRow, ratePerCpuSecond, rowOf } from './measure.ts';
import { samplePurchase } from './sample-purchase.ts';

const CONNECTIONS = 8;
const IN_FLIGHT = 16;
const ROUND_MS = 1_500;
const CODEC_CALLS = 60_000;
/** Where the STAN stands: MTI and one bitmap before DE 2: one byte of length and eight of number; then DE 3, 4 and 7. */
const STAN_AT = 2 + 2 + 8 + 9 + 3 + 6 + 5;

/**
 * A host over TCP that unpacks 0200 and packs 0210, then one that only cuts frames and gives them back, each beside a
 * server that gives back what it gets.
 */
export async function benchHost(): Promise<BenchRow[]> {
  const codec = compileDialect(kassaBcd);
  const bytes = codec.encode(samplePurchase()).slice();
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
