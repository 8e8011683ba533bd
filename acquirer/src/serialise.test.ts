import { expect, it } from 'vitest';
import { createSerialiser } from './serialise.ts';

/** A task that ends when told. */
function task(log: string[], name: string) {
  let end = (_error?: Error): void => undefined;
  const run = () =>
    new Promise<string>((resolve, reject) => {
      log.push(`${name} begins`);
      end = (error) => {
        log.push(`${name} ends`);
        if (error) reject(error);
        else resolve(name);
      };
    });
  return { run, end: (error?: Error) => end(error) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('runs tasks of one key one after the other, in the order they came', async () => {
  const log: string[] = [];
  const { run } = createSerialiser();
  const [first, second, third] = [task(log, 'first'), task(log, 'second'), task(log, 'third')];
  const all = Promise.all([run('a', first.run), run('a', second.run), run('a', third.run)]);
  for (const { end } of [first, second, third]) {
    await turn();
    end();
  }
  expect(await all).toEqual(['first', 'second', 'third']);
  expect(log).toEqual([
    'first begins',
    'first ends',
    'second begins',
    'second ends',
    'third begins',
    'third ends',
  ]);
});

it('runs tasks of different keys side by side', async () => {
  const log: string[] = [];
  const { run } = createSerialiser();
  const [first, second] = [task(log, 'first'), task(log, 'second')];
  const all = Promise.all([run('a', first.run), run('b', second.run)]);
  await turn();
  expect(log).toEqual(['first begins', 'second begins']);
  second.end();
  first.end();
  await all;
});

it('goes on after a task that failed, whose caller alone learns of it', async () => {
  const { run } = createSerialiser();
  const failing = run('a', () => Promise.reject(new Error('no disk')));
  const following = run('a', async () => 'went on');
  await expect(failing).rejects.toThrow('no disk');
  expect(await following).toBe('went on');
});
