import { InvalidArgumentError, Option } from 'commander';

/** Where the local master key lies. */
export function keyFileOption(): Option {
  return new Option(
    '--key-file <file>',
    'key file that protects the keys; without it the one in the data directory',
  ).env('KASSA_KEY_FILE');
}

/** Parses a TCP port; 0 stands for any free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535; 0 takes any free one.');
}

/** Parses `ADDRESS:PORT`. */
export function parseEndpoint(text: string): { address: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] && port > 0 && port <= 65_535) return { address: match[1].replace(/^\[|\]$/g, ''), port };
  throw new InvalidArgumentError('an endpoint is ADDRESS:PORT, like 127.0.0.1:9000.');
}

/** Parses seconds, decimals allowed. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds >= 0.1 && seconds <= 300) return seconds;
  throw new InvalidArgumentError('seconds are a number from 0.1 to 300.');
}
