import { loadFixtures } from '@kassa/fixtures';
import type { Message } from '@kassa/iso8583';

/** A 0200 with the elements a chip purchase with PIN has, 120 bytes of DE 55 among them. */
export function samplePurchase(): Message {
  const [card] = loadFixtures().cards;
  const pan = card?.pan ?? '';
  return {
    mti: '0200',
    fields: {
      2: pan,
      3: '000000',
      4: '000000150000',
      7: '1123101530',
      11: '000007',
      12: '151530',
      13: '1123',
      14: '3112',
      18: '5814',
      22: '051',
      23: '001',
      25: '00',
      32: '123456',
      35: `${pan}=31122060000012300000`,
      37: '632815000007',
      41: '20000001',
      42: 'KZ0000000000001',
      43: `${'KOFE NA ABAYA'.padEnd(38)}KZ`,
      49: '398',
      52: '0123456789ABCDEF',
      55: `9F1020${'06011203A0000000'.repeat(4)}9F2608${'AB'.repeat(8)}9F3704DEADBEEF8202180095050000048000${'9A03261123'}9F02060000001500005F2A0203989F360200079C01009F3303E068009F34030203009F1E084B41535341303031`,
      60: '0011234567',
    },
  };
}
