import { createConnection, type Socket } from 'node:net';
import { createDeframer } from '@kassa/iso8583';
import { assert } from '@kassa/primitives';

export interface LoadSettings {
  readonly port: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly durationMs: number;
  /** One request in its frame of a two-byte length. */
  readonly request: Uint8Array;
  /** Where its STAN stands, three bytes packed. */
  readonly stanAt: number;
  /** Looks at each answer, and throws if it is none; without it answers are only counted. */
  readonly check?: (answer: Uint8Array, stan: number) => void;
}

export interface LoadFigures {
  readonly answersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of one core this process used: near 1, it is what limits. */
  readonly loadCores: number;
}

const LATENCIES_MAX = 4_000_000;

/** Keeps so many requests in flight on each connection. */
export async function loadHost(settings: LoadSettings): Promise<LoadFigures> {
  const latencies = new Float64Array(LATENCIES_MAX);
  let answers = 0;
  const onAnswer = (latencyMs: number): void => {
    latencies[answers % LATENCIES_MAX] = latencyMs;
    answers++;
  };
  const lines = await Promise.all(
    Array.from({ length: settings.connections }, () => connectLine(settings, onAnswer)),
  );
  for (const line of lines) line.send(settings.inFlight);
  await new Promise((resolve) => setTimeout(resolve, settings.durationMs / 5));
  answers = 0;
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, settings.durationMs));
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const measured = latencies.slice(0, Math.min(answers, LATENCIES_MAX));
  for (const { socket } of lines) socket.destroy();
  assert(measured.length > 0, 'the host answers nothing');
  const sorted = measured.sort();
  return {
    answersPerSecond: (measured.length * 1000) / tookMs,
    p50Ms: sorted[Math.ceil(sorted.length * 0.5) - 1] ?? Number.NaN,
    p99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN,
    loadCores: (user + system) / 1000 / tookMs,
  };
}

interface LoadLine {
  readonly socket: Socket;
  send(count: number): void;
}

/** Answers come in the order of their requests, so a ring of times is enough to tell how long each took. */
async function connectLine(settings: LoadSettings, onAnswer: (ms: number) => void): Promise<LoadLine> {
  const { port, inFlight, request, stanAt } = settings;
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
  const all = Buffer.concat(Array.from({ length: inFlight }, () => request));
  const sentMs = new Float64Array(inFlight);
  let stan = 0;
  let sent = 0;
  let answered = 0;
  const send = (count: number): void => {
    const bytes = Buffer.from(all.subarray(0, count * request.length));
    const nowMs = performance.now();
    for (let index = 0; index < count; index++) {
      stan = (stan + 1) % 1_000_000;
      const at = index * request.length + stanAt;
      bytes[at] = packed((stan / 10_000) | 0);
      bytes[at + 1] = packed(((stan / 100) | 0) % 100);
      bytes[at + 2] = packed(stan % 100);
      sentMs[sent++ % inFlight] = nowMs;
    }
    socket.write(bytes);
  };
  const count = settings.check === undefined ? frameCounter() : frameChecker(settings.check);
  socket.on('data', (chunk) => {
    const came = count(chunk);
    const nowMs = performance.now();
    for (let index = 0; index < came; index++) onAnswer(nowMs - (sentMs[answered++ % inFlight] ?? 0));
    if (came > 0) send(came);
  });
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => socket.destroy());
  return { socket, send };
}

function packed(twoDigits: number): number {
  return (((twoDigits / 10) | 0) << 4) | (twoDigits % 10);
}

/** The same, looking into each answer: they come in the order of their requests, whose STANs count up. */
function frameChecker(check: (answer: Uint8Array, stan: number) => void): (chunk: Uint8Array) => number {
  const deframer = createDeframer('post', { maxBytes: 4096 });
  let stan = 0;
  return (chunk) => {
    const answers = deframer.push(chunk);
    for (const answer of answers) {
      stan = (stan + 1) % 1_000_000;
      check(answer, stan);
    }
    return answers.length;
  };
}

/** How many frames of a two-byte length end in each chunk. */
function frameCounter(): (chunk: Uint8Array) => number {
  let skip = 0;
  let high = -1;
  return (chunk) => {
    let ended = 0;
    let at = 0;
    while (at < chunk.length) {
      if (skip === 0) {
        const byte = chunk[at++] ?? 0;
        if (high < 0) high = byte;
        else {
          skip = (high << 8) | byte;
          high = -1;
        }
        continue;
      }
      const step = Math.min(skip, chunk.length - at);
      skip -= step;
      at += step;
      if (skip === 0) ended++;
    }
    return ended;
  };
}
