import type { Codec, Message } from '@kassa/iso8583';
import { fromHex, ProtocolError, tiyn, toHex } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createHost, type Host } from './host.ts';
import { PAN, PIN, pinFrom, TRACK_2 } from './testing/cards.ts';
import {
  BCD,
  CODECS,
  echoMessage,
  macVerdict,
  paymentMessage,
  reversalMessage,
  sealed,
} from './testing/messages.ts';
import { openTestAcquirer, security, type TestAcquirer } from './testing/test-acquirer.ts';

let parts: TestAcquirer;
let host: Host;
beforeEach(async () => {
  parts = await openTestAcquirer();
  host = createHost({
    payments: parts.payments,
    security,
    serials: parts.serials,
    emit: (step) => void parts.steps.push(step),
  });
});
afterEach(() => parts.close());

const UNTOUCHED = 'payer 1000000, merchant 0 digital 0 non-cash, held 0';

async function ask(codec: Codec, bytes: Uint8Array): Promise<Message & { mac: string }> {
  const answer = await host.answer(codec, bytes);
  const { mti, fields } = codec.decode(answer);
  const { 64: _mac, 128: _longMac, ...rest } = fields;
  return { mti, fields: rest, mac: macVerdict(codec, answer) };
}

function without(message: Message, ...numbers: number[]): Message {
  const kept = Object.entries(message.fields).filter(([number]) => !numbers.includes(Number(number)));
  return { mti: message.mti, fields: Object.fromEntries(kept) };
}
const changed = (message: Message, fields: Record<number, string>): Message => ({
  mti: message.mti,
  fields: { ...message.fields, ...fields },
});

describe.each(CODECS.map((codec): [string, Codec] => [codec.dialect.name, codec]))(
  '%s',
  (_dialect, codec) => {
    it('answers a payment with what it was asked, the decision and a MAC', async () => {
      const request = parts.purchase(1, { settle: 'non-cash', pin: pinFrom(PIN) });
      const message = paymentMessage(request);
      const { mti, fields, mac } = await ask(codec, sealed(codec, message));
      expect([mti, mac]).toEqual(['0210', 'right']);
      const { 38: approvalCode, 55: emvData, ...rest } = fields;
      expect(approvalCode).toMatch(/^[0-9A-HJ-NP-Z]{6}$/);
      expect(emvData).toMatch(/^9108[0-9A-F]{8}00800000$/);
      const { 3: three, 4: four, 7: seven, 11: stan, 12: time, 13: date, 37: rrn } = message.fields;
      expect(rest).toEqual({
        3: three,
        4: four,
        7: seven,
        11: stan,
        12: time,
        13: date,
        37: rrn,
        39: '00',
        41: '20000001',
        42: 'KZ0000000000001',
        48: '0201C',
        49: '398',
      });
      expect(await parts.books()).toBe('payer 850000, merchant 0 digital 150000 non-cash, held 0');
    });

    it('gives the same bytes for the same message, also as 0201', async () => {
      const message = paymentMessage(parts.purchase(1));
      const first = toHex(await host.answer(codec, sealed(codec, message)));
      expect(toHex(await host.answer(codec, sealed(codec, message)))).toBe(first);
      expect(toHex(await host.answer(codec, sealed(codec, { ...message, mti: '0201' })))).toBe(first);
      expect(await parts.books()).toBe('payer 850000, merchant 150000 digital 0 non-cash, held 0');
    });

    it('undoes by 0400 and by its repeat 0401', async () => {
      const request = parts.purchase(1);
      await ask(codec, sealed(codec, paymentMessage(request)));
      for (const mti of ['0400', '0401'] as const) {
        const message = reversalMessage(request, mti);
        const { 25: _condition, 90: _original, ...echoed } = message.fields;
        expect(await ask(codec, sealed(codec, message))).toEqual({
          mti: '0410',
          fields: { ...echoed, 39: '00' },
          mac: 'right',
        });
      }
      expect(await parts.books()).toBe(UNTOUCHED);
    });

    it('answers sign-on, sign-off and echo, without a MAC', async () => {
      for (const code of ['001', '002', '301']) {
        const message = echoMessage('000042', code);
        expect(await ask(codec, codec.encode(message))).toEqual({
          mti: '0810',
          fields: { ...message.fields, 39: '00' },
          mac: 'none',
        });
      }
    });

    it('shows messages in the stream without what is secret', async () => {
      const request = parts.purchase(1, { pin: pinFrom(PIN) });
      await ask(codec, sealed(codec, paymentMessage(request)));
      const swiped = paymentMessage(parts.purchase(2));
      await ask(codec, sealed(codec, changed(without(swiped, 2, 14, 55), { 22: '901', 35: TRACK_2 })));
      const [received] = parts.steps;
      expect(received).toMatchObject({
        type: 'acquirer.message-received',
        transactionId: request.transactionId,
        terminalId: '20000001',
        data: { mti: '0200', dialect: codec.dialect.name },
      });
      const all = JSON.stringify(parts.steps);
      const secrets = [
        PAN,
        TRACK_2,
        PAN.slice(6, 15),
        TRACK_2.slice(-8),
        toHex(request.pin?.block ?? new Uint8Array(1)),
      ];
      for (const secret of secrets) {
        expect(all).not.toContain(secret);
        expect(all).not.toContain(toHex(new TextEncoder().encode(secret)));
      }
      expect(all).toContain(`"${PAN.slice(0, 6)}******${PAN.slice(-4)}"`);
      expect(parts.steps.at(-1)?.type).toBe('acquirer.message-sent');
    });
  },
);

describe('a MAC', () => {
  const REASON = { none: 'the message carries no MAC', wrong: 'the MAC of the message does not verify' };
  const table: readonly [string, (bytes: Uint8Array, message: Message) => Uint8Array, string, string][] = [
    ['missing', (_bytes, message) => BCD.encode(message), '30', REASON.none],
    [
      'under another key',
      (_bytes, message) => sealed(BCD, message, fromHex('00'.repeat(16))),
      '63',
      REASON.wrong,
    ],
    ['with a bit changed', (bytes) => bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1), '63', REASON.wrong],
  ];
  for (const [kind, make] of [
    ['payment', paymentMessage],
    ['reversal', reversalMessage],
  ] as const) {
    test.each(table)(`%s: the ${kind} is refused and nothing moves`, async (_name, spoil, code, reason) => {
      const message = make(parts.purchase(1));
      const answer = await ask(BCD, spoil(sealed(BCD, message), message));
      expect(answer.fields).toMatchObject({
        11: message.fields[11],
        37: message.fields[37],
        39: code,
        48: `03${String(reason.length).padStart(2, '0')}${reason}`,
      });
      expect(answer.mac).toBe('right');
      expect(parts.faults.names).toEqual([]);
    });
  }

  it('covers every byte: none can be changed', async () => {
    const bytes = sealed(BCD, paymentMessage(parts.purchase(1)));
    for (let index = 0; index < bytes.length; index++) {
      const spoilt = bytes.with(index, (bytes[index] ?? 0) ^ 1);
      const code = await ask(BCD, spoilt).then(
        ({ fields }) => fields[39],
        (error: unknown) => (error instanceof ProtocolError ? 'refused' : String(error)),
      );
      // 58: it was the terminal id that was changed; refused: it is no message any more.
      expect(['63', '30', '58', 'refused'], `byte ${index}`).toContain(code);
    }
    expect(parts.faults.names).toEqual([]);
    expect(await parts.books()).toBe(UNTOUCHED);
  });

  it('is not given to a terminal nobody knows, nor is anything else', async () => {
    const message = changed(paymentMessage(parts.purchase(1)), { 41: '20000009' });
    const answer = await ask(BCD, sealed(BCD, message));
    expect(answer.fields[39]).toBe('58');
    expect(answer.mac).toBe('none');
    expect(parts.faults.names).toEqual([]);
  });
});

describe('network management', () => {
  const said = (text: string): string => `03${text.length}${text}`;
  test.each([
    ['161', '20000001', '12', said('network management code 161 is not offered')],
    ['001', '20000009', '58', said('this terminal is not known to the acquirer')],
  ])('code %s of terminal %s', async (code, terminal, responseCode, reason) => {
    const { fields } = await ask(BCD, BCD.encode(echoMessage('000001', code, terminal)));
    expect([fields[39], fields[48]]).toEqual([responseCode, reason]);
  });

  it('without a code or a terminal is refused, not dropped', async () => {
    const echo = echoMessage('000001');
    expect((await ask(BCD, BCD.encode(without(echo, 70)))).fields).toMatchObject({
      39: '12',
      48: said('network management code missing is not offered'),
    });
    expect((await ask(BCD, BCD.encode(without(echo, 41)))).fields).toMatchObject({ 39: '58' });
  });
});

describe('what this host does not answer', () => {
  test.each(['0100', '0220', '0420', '0600', '1200'])('%s is a protocol error', async (mti) => {
    const message = { mti, fields: paymentMessage(parts.purchase(1)).fields };
    await expect(host.answer(BCD, sealed(BCD, message))).rejects.toMatchObject({
      code: 'bad-mti',
      path: 'mti',
      expected: '0200, 0201, 0400, 0401 or 0800',
      found: mti,
    });
  });

  test.each(['0210', '0410', '0810'])('%s is an answer itself', async (mti) => {
    const message = { mti, fields: paymentMessage(parts.purchase(1)).fields };
    await expect(host.answer(BCD, sealed(BCD, message))).rejects.toMatchObject({ code: 'bad-mti' });
  });

  it('bytes that are no message are a protocol error', async () => {
    await expect(host.answer(BCD, fromHex('474554202F'))).rejects.toBeInstanceOf(ProtocolError);
  });
});

describe('a message that lacks something', () => {
  it.each([4, 12, 13, 37, 42, 90])('a reversal without DE %i is refused', async (number) => {
    const message = without(reversalMessage(parts.purchase(1)), number);
    const { fields } = await ask(BCD, sealed(BCD, message));
    const text = `missing DE ${number}`;
    expect([fields[39], fields[48]]).toEqual(['30', `03${text.length}${text}`]);
    expect(parts.faults.names).toEqual([]);
  });

  it('a payment without an amount is refused and can be sent again whole', async () => {
    const message = paymentMessage(parts.purchase(1));
    expect((await ask(BCD, sealed(BCD, without(message, 4)))).fields[39]).toBe('30');
    expect((await ask(BCD, sealed(BCD, message))).fields[39]).toBe('00');
  });
});

it('a decline says why, in characters every terminal can print', async () => {
  const { fields } = await ask(
    BCD,
    sealed(BCD, paymentMessage(parts.purchase(1, { amount: tiyn(2_000_000n) }))),
  );
  expect(fields[39]).toBe('51');
  expect(fields[48]).toBe('0340the digital account does not hold enough');
  expect(fields[38]).toBeUndefined();
  expect(fields[55]).toMatch(/^9108[0-9A-F]{8}00000000$/);
});

it('a long reason, in other letters, is shortened and spelled', async () => {
  const payments = {
    ...parts.payments,
    purchase: async () => ({
      responseCode: '96',
      reason: `Банк жабық – é ${'x'.repeat(200)}`,
      approvalCode: null,
      route: null,
      answerEmvData: null,
    }),
  };
  host = createHost({ payments, security, serials: parts.serials, emit: () => undefined });
  const { fields } = await ask(BCD, sealed(BCD, paymentMessage(parts.purchase(1))));
  expect(fields[48]).toMatch(/^0399\?+ \?+ \? e\? x+$/);
  expect(fields[48]?.length).toBe(103);
});

it('what was lost with the disk is not answered: the terminal will reverse', async () => {
  parts.faults.arm(3, 'after', 'once');
  const request = parts.purchase(1);
  await expect(host.answer(BCD, sealed(BCD, paymentMessage(request)))).rejects.toThrow('ledger hold');
  const { fields } = await ask(BCD, sealed(BCD, reversalMessage(request)));
  expect(fields[39]).toBe('00');
  expect(await parts.books()).toBe(UNTOUCHED);
});
