import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../testing/browser.ts';
import { kassaUp, type PaidResult, pay, type RunningKassa } from '../testing/kassa-process.ts';

let running: RunningKassa;
let browser: Browser;
let page: Page;
let problems: string[];
let paid: PaidResult;
let refused: PaidResult;

beforeAll(async () => {
  [running, browser] = await Promise.all([kassaUp('--memory'), launchBrowser()]);
  paid = await pay(running.url, { card: 'halyk-visa', amount: '1500.00', settle: 'non-cash' });
  refused = await pay(running.url, { card: 'bcc-visa', amount: '99.00', entry: 'swipe', pin: '9999' });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await running?.stop();
});

beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(running.url)) problems.push(`left the origin: ${request.url()}`);
  });
});

afterEach(async () => {
  await page.context().close();
  expect(problems).toEqual([]);
});

const at = (id: string) => page.locator(`[data-testid="${id}"]`);
const row = (id: string) => page.locator(`[data-testid=payment-row][data-transaction="${id}"]`);
const event = (type: string) => page.locator(`[data-testid=event][data-type="${type}"]`);

async function open(query = ''): Promise<void> {
  await page.goto(`${running.url}/console${query}`);
  await page.waitForSelector('[data-testid=stream-status][data-status=live]');
}

describe('the console', () => {
  test('arrow keys move through the list from the start, and Enter goes into the payment', async () => {
    await open();
    await row(refused.transactionId).waitFor();
    for (const transaction of [refused, paid]) {
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => row(transaction.transactionId).getAttribute('aria-selected')).toBe('true');
    }
    expect(new URL(page.url()).searchParams.toString()).toContain(paid.transactionId);
    await event('ledger.redeemed').waitFor();
    await page.keyboard.press('Enter');
    expect(await page.locator('.detail-side:focus').count()).toBe(1);
  });

  test('from the list to the timeline to the bytes, each pointing at the other', async () => {
    await open();
    await row(paid.transactionId).click();
    await event('ledger.redeemed').waitFor();
    for (const type of ['card.exchanged', 'kernel.decided', 'acquirer.message-received', 'bank.credited']) {
      expect(await event(type).count(), type).toBeGreaterThan(0);
    }
    await event('terminal.message-sent').first().click();
    const tvr = page.locator('[data-path="55.95"] [data-testid=tree-line]');
    expect(await tvr.textContent()).toContain('Online PIN entered');
    await tvr.hover();
    const marked = page.locator('[data-byte][data-marked]');
    expect(await marked.count()).toBe(7);
    expect((await marked.allTextContents()).slice(0, 2)).toEqual(['95', '05']);
    await at('hex').locator('[data-byte="0"]').hover();
    await expect.poll(() => at('pointer-words').textContent()).toBe('Message type indicator: bytes 0–1');
    expect(await page.locator('[data-path="0"] [data-testid=tree-line]').getAttribute('data-marked')).toBe(
      'true',
    );
    const text = (await page.textContent('body')) ?? '';
    expect(text).toContain('439801');
    expect(text).not.toMatch(/439801\d{10}/);
  });

  test('a filter says what it does not understand, and a link keeps filter and selection', async () => {
    await open();
    await at('filter').fill('colour:red');
    await expect.poll(() => page.textContent('.filter-note')).toContain('“colour” is not a key');
    await at('filter').fill('code:55 amount<100');
    await expect.poll(() => at('payment-row').count()).toBe(1);
    await row(refused.transactionId).click();
    await at('tab-why').click();
    await expect.poll(() => at('why').textContent()).toContain('the PIN is wrong');
    const link = new URL(page.url());
    expect(link.searchParams.get('filter')).toBe('code:55 amount<100');
    expect(link.searchParams.get('payment')).toBe(refused.transactionId);
    await open(link.search);
    await expect.poll(() => at('why').textContent()).toContain('the PIN is wrong');
    await expect.poll(() => at('payment-row').count()).toBe(1);
  });

  test('by keyboard alone, and in every language', async () => {
    await open();
    await row(paid.transactionId).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('route:convert');
    await expect.poll(() => at('payment-row').count()).toBe(1);
    await at('payment-list').focus();
    await page.keyboard.press('ArrowDown');
    await event('terminal.payment-finished').waitFor();
    expect(await row(paid.transactionId).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('3');
    await expect.poll(() => at('tab-chip').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('?');
    await page.locator('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => at('tab-chip').getAttribute('aria-selected')).toBe('true');
    await at('tab-chip').press('ArrowRight');
    await expect.poll(() => at('tab-why').getAttribute('aria-selected')).toBe('true');
    await at('language').selectOption('kk');
    await expect.poll(() => at('tab-why').textContent()).toBe('Неліктен');
    await page.reload();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('kk');
  });

  test('two payments are compared, and one is saved', async () => {
    await open(`?payment=${paid.transactionId}&tab=compare&with=${refused.transactionId}`);
    await expect.poll(() => at('compare').textContent()).toContain('000000150000');
    expect(await at('compare').textContent()).toContain('000000009900');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'PCAP' }).click();
    expect((await download).suggestedFilename()).toBe(`${paid.transactionId}.pcap`);
  });

  test('the ledger: audit, an account and its statement', async () => {
    await open('?view=ledger');
    await at('audit').click();
    await expect.poll(() => at('audit-answer').textContent()).toContain('the hash chain holds');
    await at('account-dt-halyk-100001').click();
    await expect.poll(() => at('ledger').textContent()).toContain(`${paid.transactionId}:`);
  });
});

test('card data are shown on request where the server was told to reveal', async () => {
  const revealing = await kassaUp('--memory', '--reveal');
  const { transactionId } = await pay(revealing.url, { card: 'halyk-visa' });
  await page.goto(`${revealing.url}/console?payment=${transactionId}&tab=messages`);
  await event('terminal.message-sent').first().click();
  const number = page.locator('[data-path="2"]');
  expect(await number.textContent()).toContain('439801******0018');
  await at('reveal').click();
  await expect.poll(() => number.textContent()).toMatch(/439801\d{6}0018/);
  await at('reveal').click();
  await expect.poll(() => number.textContent()).toContain('439801******0018');
  await revealing.stop();
  // This page was another server's, which is gone now.
  problems = problems.filter((problem) => !/left the origin|WebSocket connection|net::ERR_/.test(problem));
}, 60_000);

test('of tens of thousands of payments only those in sight are drawn', async () => {
  const count = 30_000;
  const payments = Array.from({ length: count }, (_, index) => ({
    transactionId: `20000001-${index}`,
    terminalId: '20000001',
    firstSeq: index + 1,
    lastSeq: index + 1,
    startedMs: index * 1_000,
    lastMs: index * 1_000,
    state: 'approved',
    amount: `${index}.00`,
  }));
  await page.route('**/v1/console/payments?*', (route) =>
    route.fulfill({ json: { payments, next: count + 1, more: false, oldest: 1 } }),
  );
  // The one that will be chosen.
  await page.route('**/v1/console/payments/*', (route) =>
    route.fulfill({ json: { payment: payments[0], events: [] } }),
  );
  await open();
  await row(`20000001-${count - 1}`).waitFor();
  expect(await at('payment-row').count()).toBeLessThan(60);
  await at('payment-list').focus();
  await page.keyboard.press('End');
  await row('20000001-0').waitFor();
  expect(await at('payment-row').count()).toBeLessThan(60);
  await at('filter').fill('amount=12345');
  await expect.poll(() => at('payment-row').count()).toBe(1);
});
