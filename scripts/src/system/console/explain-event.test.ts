import { compileDialect, kassaAscii, kassaBcd, traceMessage } from '@kassa/iso8583';
import { describe, expect, test } from 'vitest';
import { elementName } from './element-names.ts';
import { explainEvents } from './explain-event.ts';
import type { ExplainedNode } from './explained-node.ts';
import type { PaymentEvent } from './payment-events.ts';

function event(type: string, data: Record<string, unknown>): PaymentEvent {
  return { seq: 1, type, time: '2026-11-24T00:00:00.000Z', transactionId: 't', terminalId: null, data };
}

function exchange(command: string, response: string): PaymentEvent {
  return event('card.exchanged', { command: { name: '', hex: command }, response: { hex: response } });
}

/** Path, value and place of every node, in order. */
function lines(nodes: readonly ExplainedNode[] = []): string[] {
  return nodes.flatMap(({ path, value, offset, length, children }) => [
    `${path} ${value} @${offset}+${length}`,
    ...lines(children),
  ]);
}

function find(nodes: readonly ExplainedNode[] = [], path: string): ExplainedNode | undefined {
  return nodes
    .flatMap((node) => (node.path === path ? [node] : [find(node.children, path)]))
    .find((node) => node !== undefined);
}

const FIELDS = {
  3: '000000',
  4: '000000150000',
  11: '000002',
  41: '20000001',
  49: '398',
  // TVR, then CVM results: EMV 4.4 Book 3, annex C5 and Book 4, annex A4.
  55: '950500000480009F3403020300',
};

test.each([[kassaBcd], [kassaAscii]])(
  'the elements of a payment have a name in Russian and Kazakh',
  (dialect) => {
    const used = [
      2, 3, 4, 7, 11, 12, 13, 14, 18, 22, 23, 25, 35, 37, 38, 39, 41, 42, 43, 48, 49, 52, 55, 62, 64,
    ];
    const fields: Readonly<Record<number, { readonly name: string }>> = dialect.fields;
    for (const number of [...used, 70, 90]) {
      const name = fields[number]?.name ?? 'not in the dialect';
      expect(elementName(name, 'en')).toBe(name);
      expect([elementName(name, 'ru'), elementName(name, 'kk')], name).not.toContain(name);
    }
  },
);

describe('a message', () => {
  test.each([
    ['kassa-bcd', kassaBcd],
    ['kassa-ascii', kassaAscii],
  ])('of %s is a tree: bitmap bits, tags in words under DE 55, places in bytes', (_, dialect) => {
    const codec = compileDialect(dialect);
    const message = { mti: '0200', fields: FIELDS };
    const bytes = codec.encode(message);
    const [explained] = explainEvents(
      [event('terminal.message-sent', { ...traceMessage(codec, bytes, message) })],
      'ru',
    );
    const tree = explained?.message ?? [];
    expect(tree.map(({ path }) => path)).toEqual(['0', '1', '3', '4', '11', '41', '49', '55']);
    const bitmap = find(tree, '1');
    expect(bitmap?.bits).toHaveLength(64);
    expect(bitmap?.bits.filter(({ isOn }) => isOn).map(({ meaning }) => meaning.split(' ')[0])).toEqual([
      '3',
      '4',
      '11',
      '41',
      '49',
      '55',
    ]);
    const tvr = find(tree, '55.95');
    expect(tvr?.value).toBe('0000048000');
    expect(tvr?.words).toEqual([
      'байт 3 бит 3: Введён онлайн-PIN',
      'байт 4 бит 8: Сумма выше минимального лимита терминала',
    ]);
    const whole = find(tree, '55');
    expect(whole && tvr && tvr.offset >= whole.offset).toBe(true);
    expect(find(tree, '4')?.words).toEqual(['1500.00 KZT']);
    expect(find(tree, '4')?.name).toBe('Сумма операции');
  });
});

describe('an exchange with the card', () => {
  const READ = exchange('00B2010C00', '700E8C0C9F02069505' + '9F3704' + '9C01' + '9A03' + '9000');

  test('what is not shown is not explained', () => {
    const [explained] = explainEvents([exchange('00B2010C00', '70045A02****9000')], 'en');
    expect(lines(explained?.response)).toEqual(['R.1.70  @0+6', 'R.1.70.1.5A *** @2+4', 'R.SW 9000 @6+2']);
  });

  test('a response that is no list of data objects is left as it is', () => {
    const [explained] = explainEvents([exchange('00B2010C00', '70FF00019000')], 'en');
    expect(lines(explained?.response)).toEqual(['R.SW 9000 @4+2']);
  });

  test('the data of GENERATE AC are named by the list the card gave before', () => {
    const list = '8C099F02069505' + '9C019A03';
    const record = exchange('00B2010C00', `700B${list}9000`);
    const amountTvrTypeDate = '000000150000' + '0000048000' + '00' + '261124';
    const command = `80AE80000F${amountTvrTypeDate}00`;
    const response = '8012' + '80' + '0001' + 'FB4BBFAC2E6186B7' + '06011203A03000' + '9000';
    const [, generated] = explainEvents([record, exchange(command, response)], 'en');
    expect(lines(generated?.command)).toEqual([
      'C.CLA 80 @0+1',
      'C.INS AE @1+1',
      'C.P1 80 @2+1',
      'C.P2 00 @3+1',
      'C.Lc 0F @4+1',
      `C.Data ${amountTvrTypeDate} @5+15`,
      'C.Data.5.9F02 000000150000 @5+6',
      'C.Data.11.95 0000048000 @11+5',
      'C.Data.16.9C 00 @16+1',
      'C.Data.17.9A 261124 @17+3',
      'C.Le 00 @20+1',
    ]);
    expect(lines(generated?.response)).toEqual([
      'R.80  @0+20',
      'R.80.9F27 80 @2+1',
      'R.80.9F36 0001 @3+2',
      'R.80.9F26 FB4BBFAC2E6186B7 @5+8',
      'R.80.9F10 06011203A03000 @13+7',
      'R.SW 9000 @20+2',
    ]);
  });

  test('without a list that fits, the data are told as bytes only', () => {
    const [, generated] = explainEvents([READ, exchange('80AE800002123400', '6985')], 'en');
    expect(find(generated?.command, 'C.Data')?.children).toEqual([]);
  });
});

test('any other event is passed on as it is', () => {
  const other = event('ledger.held', { amount: '1.00' });
  expect(explainEvents([other], 'en')).toEqual([other]);
});
