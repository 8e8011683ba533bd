import { aesCmac, aesEncrypt, cbcMac, desEncrypt, retailMac, tdesCmac, tdesEncrypt } from '@kassa/emv';
import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import type { KnownAnswerGroup } from './known-answer.ts';

const TDES_KEY = fromHex('0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123');
const MAC_KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const ALIGNED = fromLatin1('Now is the time for all ');
const UNALIGNED = fromLatin1('Now is the time for it');
const CMAC_TDES_KEY = fromHex('8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5');
const CMAC_MESSAGE = fromHex(
  '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411',
);

const aes = (name: string, key: string, expected: string) => ({
  name,
  expected,
  calculate: () => toHex(aesEncrypt(fromHex(key), fromHex('00112233445566778899AABBCCDDEEFF'))),
});

const retail = (data: Uint8Array, padding: 'method-1' | 'method-2', expected: string) => ({
  name: `algorithm 3, ${padding}`,
  expected,
  calculate: () => toHex(retailMac(MAC_KEY, data, { padding })),
});

const aesMac = (name: string, key: string, bytes: number, expected: string) => ({
  name,
  expected,
  calculate: () => toHex(aesCmac(fromHex(key), CMAC_MESSAGE.slice(0, bytes))),
});

const tdesMac = (name: string, bytes: number, expected: string) => ({
  name,
  expected,
  calculate: () => toHex(tdesCmac(CMAC_TDES_KEY, CMAC_MESSAGE.slice(0, bytes))),
});

export const CIPHER_ANSWERS: readonly KnownAnswerGroup[] = [
  {
    group: 'DES and TDES',
    source: 'NIST SP 800-17, tables A.1 and A.2; SP 800-67, appendix B.1',
    answers: [
      {
        name: 'variable plaintext',
        expected: '95F8A5E5DD31D900',
        calculate: () => toHex(desEncrypt(fromHex('0101010101010101'), fromHex('8000000000000000'))),
      },
      {
        name: 'variable key',
        expected: '95A8D72813DAA94D',
        calculate: () => toHex(desEncrypt(fromHex('8001010101010101'), new Uint8Array(8))),
      },
      {
        name: 'TDES with three keys',
        expected: 'A826FD8CE53B855FCCE21C8112256FE668D5C05DD9B6B900',
        calculate: () => toHex(tdesEncrypt(TDES_KEY, fromLatin1('The qufck brown fox jump'))),
      },
    ],
  },
  {
    group: 'AES',
    source: 'FIPS 197, appendix C',
    answers: [
      aes('128 bits', '000102030405060708090A0B0C0D0E0F', '69C4E0D86A7B0430D8CDB78070B4C55A'),
      aes('192 bits', '000102030405060708090A0B0C0D0E0F1011121314151617', 'DDA97CA4864CDFE06EAF70A0EC0D7191'),
      aes(
        '256 bits',
        '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F',
        '8EA2B7CA516745BFEAFC49904B496089',
      ),
    ],
  },
  {
    group: 'MAC',
    source: 'ISO/IEC 9797-1:2011, annex B',
    answers: [
      {
        name: 'algorithm 1',
        expected: '70A30640CC76DD8B',
        calculate: () => toHex(cbcMac(MAC_KEY.slice(0, 8), ALIGNED, { padding: 'method-1' })),
      },
      retail(ALIGNED, 'method-1', 'A1C72E74EA3FA9B6'),
      retail(ALIGNED, 'method-2', 'E9086230CA3BE796'),
      retail(UNALIGNED, 'method-1', '2E2B1428CC78254F'),
      retail(UNALIGNED, 'method-2', '5A692CE64F404145'),
    ],
  },
  {
    group: 'CMAC',
    source: 'NIST SP 800-38B, appendix D',
    answers: [
      aesMac('example 1', '2B7E151628AED2A6ABF7158809CF4F3C', 0, 'BB1D6929E95937287FA37D129B756746'),
      aesMac('example 3', '2B7E151628AED2A6ABF7158809CF4F3C', 40, 'DFA66747DE9AE63030CA32611497C827'),
      aesMac(
        'example 6',
        '8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B',
        16,
        '9E99A7BF31E710900662F65E617C5184',
      ),
      aesMac(
        'example 10',
        '603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4',
        16,
        '28A7023F452E8F82BD4BF28D8C37C35C',
      ),
      tdesMac('example 13', 0, 'B7A688E122FFAF95'),
      tdesMac('example 14', 8, '8E8F293136283797'),
      tdesMac('example 15', 20, '743DDBE0CE2DC2ED'),
    ],
  },
];
