import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/kassa-process.ts';
import { systemUnderTest } from '../testing/system-under-test.ts';

const card = 'halyk-visa-offline-pin';

test('a card that was blocked by wrong PINs is still blocked after a restart', async () => {
  const directory = temporaryDirectory();
  const first = await systemUnderTest({ directory });
  expect(await first.pay({ card })).toMatchObject({ approved: true });
  // The card counts, not the bank: three prompts in one payment.
  expect(await first.pay({ card, pin: '9999' })).toMatchObject({ approved: false, responseCode: '55' });
  await first.close();
  const second = await systemUnderTest({ directory });
  const prompts: unknown[] = [];
  second.system.events.listen(({ json }) => {
    const { type, data } = JSON.parse(json) as { type: string; data: { state?: string } };
    if (type === 'terminal.screen-changed' && data.state === 'pin-entry') prompts.push(data);
  });
  expect(await second.pay({ card })).toMatchObject({ approved: false, responseCode: '55' });
  expect(prompts).toEqual([]);
  await second.close();
});

test('a transaction counter goes on over a restart, contact and contactless together', async () => {
  const directory = temporaryDirectory();
  for (const entry of ['chip', 'tap', 'chip'] as const) {
    const system = await systemUnderTest({ directory });
    // The bank refuses a counter it has seen.
    expect(await system.pay({ card: 'bcc-visa', entry, amount: 50_000n })).toMatchObject({ approved: true });
    await system.close();
  }
});

test('the second terminal, in its other dialect, takes a tap too', async () => {
  const tool = await systemUnderTest();
  const order = { card: 'eurasian-phone', entry: 'tap', amount: 2_000_000n, terminal: '20000002' } as const;
  expect(await tool.pay(order)).toMatchObject({ approved: true, responseCode: '00' });
  await tool.close();
});
