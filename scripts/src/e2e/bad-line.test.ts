import { retailMac } from '@kassa/emv';
import { loadFixtures } from '@kassa/fixtures';
import { type Codec, compileDialect, dialects, encodeWithMac, type Message } from '@kassa/iso8583';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Books } from '../system/books.ts';
import type { Meddle } from '../testing/meddling-proxy.ts';
import { eventually, type SystemUnderTest, systemUnderTest } from '../testing/system-under-test.ts';

/** The first terminal speaks this dialect; its MAC key is a test key that anyone may read. */
const codec: Codec = compileDialect(dialects.kassaBcd);
const macKey = loadFixtures().keys.terminals['20000001']!.macKey;

let sut: SystemUnderTest;
let before: Books;

beforeEach(async () => {
  sut = await systemUnderTest({ responseTimeoutMs: 400 });
  before = await sut.books();
});

afterEach(async () => {
  const books = await sut.books();
  await sut.close();
  expect(books.balanced).toBe(true);
  expect(books.held).toBe('0.00');
  expect(sut.troubles).toEqual([]);
});

/** Changes a message and seals it again, as a thief who knows the MAC key would. */
function resealed(bytes: Uint8Array, change: (fields: Record<number, string>) => void): Uint8Array {
  const message = codec.decode(bytes);
  const fields: Record<number, string> = { ...message.fields };
  delete fields[64];
  change(fields);
  return encodeWithMac(codec, { mti: message.mti, fields }, (covered) =>
    retailMac(macKey, covered, { padding: 'method-1' }),
  );
}

/** Changes the request, and puts the amount back in the answer, so that the terminal takes it for its own. */
function changedAmount(change: (fields: Record<number, string>) => void): Meddle {
  return (bytes) => {
    const mti = mtiOf(bytes);
    if (mti === '0200') return [resealed(bytes, change)];
    return mti === '0210'
      ? [resealed(bytes, (fields) => Object.assign(fields, { 4: '000000150000' }))]
      : [bytes];
  };
}

const mtiOf = (bytes: Uint8Array): string => codec.decode(bytes).mti;

describe('what a thief on the line can do', () => {
  test('a message changed without the key is refused by its MAC', async () => {
    sut.line.meddle = (bytes) => {
      if (mtiOf(bytes) !== '0200') return [bytes];
      const { mti, fields } = codec.decode(bytes);
      return [codec.encode({ mti, fields: { ...fields, 18: '7995' } })];
    };
    expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({
      approved: false,
      responseCode: '63',
      reason: 'the MAC of the message does not verify',
    });
    expect(await sut.books()).toEqual(before);
  });

  test('a changed amount with the key is not the amount the card signed', async () => {
    sut.line.meddle = changedAmount((fields) => Object.assign(fields, { 4: '000000000001' }));
    expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({
      responseCode: '82',
      reason: 'the amount in the message is not the amount the card put in its cryptogram',
    });
    expect(await sut.books()).toEqual(before);
  });

  test('an amount changed in both places breaks the cryptogram', async () => {
    sut.line.meddle = changedAmount((fields) => {
      fields[4] = '000000000001';
      fields[55] = fields[55]!.replace('9F0206000000150000', '9F0206000000000001');
    });
    expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({
      responseCode: '82',
      reason: 'the card cryptogram (ARQC) does not verify: wrong key or changed data',
    });
    expect(await sut.books()).toEqual(before);
  });

  test('a recorded cryptogram does not pay again under new numbers', async () => {
    let recorded: Message | undefined;
    sut.line.meddle = (bytes) => {
      if (mtiOf(bytes) !== '0200') return [bytes];
      if (!recorded) {
        recorded = codec.decode(bytes);
        return [bytes];
      }
      const { 55: emvData } = recorded.fields;
      return [resealed(bytes, (fields) => Object.assign(fields, { 55: emvData }))];
    };
    expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({ approved: true });
    const paidOnce = await sut.books();
    expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({
      responseCode: '82',
      reason: 'the card transaction counter (ATC) was used before: a replayed cryptogram',
    });
    expect(await sut.books()).toEqual(paidOnce);
  });

  test('an approval forged without the key is no answer at all', async () => {
    sut.line.meddle = (bytes, direction) => {
      if (direction === 'to-host' || mtiOf(bytes) !== '0210') return [bytes];
      const { mti, fields } = codec.decode(bytes);
      return [codec.encode({ mti, fields: { ...fields, 39: '00' } })];
    };
    const result = await sut.pay({ card: 'halyk-visa-insufficient' });
    expect(result).toMatchObject({ approved: false, responseCode: 'Z3' });
    await eventually(() => sut.system.terminals.get('20000001')!.pendingReversals === 0);
    expect(await sut.books()).toEqual(before);
  });

  test("an answer whose ARPC was changed is not accepted by the card, and the bank's approval is undone", async () => {
    sut.line.meddle = (bytes, direction) => {
      if (direction === 'to-host' || mtiOf(bytes) !== '0210') return [bytes];
      return [resealed(bytes, (fields) => Object.assign(fields, { 55: '9108DEADBEEF00800000' }))];
    };
    const result = await sut.pay({ card: 'altyn-visa' });
    expect(result).toMatchObject({ approved: false, responseCode: 'Z1' });
    expect(result.reason).toContain("the card did not accept the bank's answer");
    await eventually(async () => JSON.stringify(await sut.books()) === JSON.stringify(before));
  });
});

describe('what a bad line does', () => {
  test('the same 0200 three times is one payment', async () => {
    const answers: string[] = [];
    sut.line.meddle = (bytes, direction) => {
      if (direction === 'to-terminal' && mtiOf(bytes) === '0210')
        answers.push(Buffer.from(bytes).toString('hex'));
      return mtiOf(bytes) === '0200' ? [bytes, bytes, bytes] : [bytes];
    };
    expect(await sut.pay({ card: 'altyn-visa', settle: 'non-cash' })).toMatchObject({ approved: true });
    await eventually(() => answers.length === 3);
    expect(new Set(answers).size).toBe(1);
    const after = await sut.books();
    expect(after.nonCash).toBe('1500.00');
    expect(after.redeemed).toBe('1500.00');
  });

  test.each(['digital', 'non-cash'] as const)(
    'a lost answer is reversed, and repeated until confirmed (%s)',
    async (settle) => {
      const seen: string[] = [];
      let losing = 3;
      sut.line.meddle = (bytes, direction) => {
        const mti = mtiOf(bytes);
        if (direction === 'to-host') seen.push(mti);
        const isLost = direction === 'to-terminal' && mti !== '0810' && losing-- > 0;
        return isLost ? [] : [bytes];
      };
      const result = await sut.pay({ card: 'halyk-visa', settle });
      expect(result).toMatchObject({ approved: false, responseCode: 'Z3', approvalCode: null });
      expect(result.reason).toMatch(/no answer within 0\.4 s; the payment is reversed/);
      const terminal = sut.system.terminals.get('20000001')!;
      await eventually(() => terminal.pendingReversals === 0);
      expect(seen.filter((mti) => mti.startsWith('04'))).toEqual(['0400', '0401', '0401']);
      const after = await sut.books();
      expect(after.merchants).toEqual(before.merchants);
      expect(BigInt(after.wallets.replace('.', ''))).toBe(BigInt(before.wallets.replace('.', '')));
    },
  );

  test('a payment lost on its way is declined if it turns up after its reversal', async () => {
    let held: Uint8Array | undefined;
    const answers: Message[] = [];
    sut.line.meddle = (bytes, direction) => {
      const message = codec.decode(bytes);
      if (direction === 'to-terminal') {
        if (message.mti === '0210') answers.push(message);
        return [bytes];
      }
      if (message.mti === '0200' && !held) {
        held = bytes;
        return [];
      }
      // The late payment slips in behind the reversal that overtook it.
      return message.mti.startsWith('04') && held ? [bytes, held] : [bytes];
    };
    expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({ approved: false, responseCode: 'Z3' });
    await eventually(() => answers.length === 1);
    expect(answers[0]?.fields[39]).toBe('68');
    expect(await sut.books()).toEqual(before);
  });

  test('the next payment goes out only after the reversal is confirmed', async () => {
    let hostIsSilent = true;
    const order: string[] = [];
    sut.line.meddle = (bytes, direction) => {
      const mti = mtiOf(bytes);
      if (direction === 'to-host') order.push(mti);
      return direction === 'to-terminal' && hostIsSilent && mti !== '0810' ? [] : [bytes];
    };
    await sut.pay({ card: 'altyn-visa' });
    const refused = await sut.pay({ card: 'altyn-visa' });
    expect(refused).toMatchObject({ approved: false, responseCode: 'Z3' });
    expect(refused.reason).toContain('an earlier payment still waits for its reversal');
    expect(order.filter((mti) => mti === '0200')).toHaveLength(1);
    hostIsSilent = false;
    expect(await sut.pay({ card: 'altyn-visa' })).toMatchObject({ approved: true });
    expect((await sut.books()).balanced).toBe(true);
  });
});
