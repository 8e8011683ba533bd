import { expect, test } from 'vitest';
import { splitLines } from './split-lines.ts';

async function linesOf(chunks: readonly string[], max = 100): Promise<string[]> {
  async function* stream() {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of splitLines(stream(), max)) lines.push(line);
  return lines;
}

test('lines come whole at every split of the stream', async () => {
  const text = 'one\r\n\ntwo\nthree';
  for (let split = 0; split <= text.length; split++) {
    expect(await linesOf([text.slice(0, split), text.slice(split)])).toEqual(['one', '', 'two', 'three']);
  }
});

test('a line too long is cut one character above the limit, and the next is whole again', async () => {
  expect(await linesOf(['12345', '67', '89\nab\n123456', '\n'], 5)).toEqual(['123456', 'ab', '123456']);
  expect(await linesOf(['12345\n'], 5)).toEqual(['12345']);
});
