import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { compileDialect, kassaBcd, type Message } from '@kassa/iso8583';
import { serveFrames, serveHost } from '@kassa/iso8583/net';

/** What a child process of the benchmark serves. */
export type HostKind = 'kassa' | 'frames' | 'bare';

/** The program of that process: this file. */
export const HOST_PROGRAM: string = fileURLToPath(import.meta.url);

const SERVE: Readonly<Record<HostKind, () => Promise<number>>> = {
  kassa: serveKassa,
  frames: serveBytes,
  bare: serveBare,
};

if (process.argv[1] === HOST_PROGRAM && process.send) {
  const port = await SERVE[process.argv[2] as HostKind]();
  process.on('disconnect', () => process.exit());
  process.send({ port });
}

/** Cuts frames and gives each back as it came: the adapter without the codec. */
async function serveBytes(): Promise<number> {
  const server = await serveFrames(
    { framing: 'post' },
    { onConnection: ({ line }) => ({ onMessage: (body) => line.send(body) }), onTrouble: fail },
  );
  return server.port;
}

/** Unpacks each request and packs its answer. */
async function serveKassa(): Promise<number> {
  const server = await serveHost(
    { codec: compileDialect(kassaBcd) },
    { onRequest: (request) => request.answer(approval(request.message)), onTrouble: fail },
  );
  return server.port;
}

/** Written out: an object of known keys is made in one go. */
export function approval({ fields }: Message): Message {
  const { 3: code = '', 4: amount = '', 7: time = '', 11: stan = '', 12: localTime = '' } = fields;
  const {
    13: localDate = '',
    37: rrn = '',
    41: terminal = '',
    42: merchant = '',
    49: currency = '',
  } = fields;
  return {
    mti: '0210',
    fields: {
      3: code,
      4: amount,
      7: time,
      11: stan,
      12: localTime,
      13: localDate,
      37: rrn,
      38: 'A1B2C3',
      39: '00',
      41: terminal,
      42: merchant,
      49: currency,
    },
  };
}

/** Gives back the same bytes, all that came in one piece in one write: the least a server can do. */
function serveBare(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('error', () => socket.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
}

function fail(error: unknown): never {
  throw error;
}
