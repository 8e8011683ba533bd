import { describe, expect, it } from 'vitest';
import { ShapeError } from '../json-reader.ts';
import { factsDetail, hexBytes, readMessage } from './read-detail.ts';

describe('hexBytes', () => {
  it.each([
    ['', []],
    ['0200', ['02', '00']],
    ['9f26 08', ['9F', '26', '08']],
    ['5A08****', ['5A', '08', '**', '**']],
  ])('splits %j', (text, bytes) => {
    expect(hexBytes(text)).toEqual(bytes);
  });

  it.each(['020', 'XY', '5A*', '*5'])('refuses %j', (text) => {
    expect(() => hexBytes(text)).toThrow(new ShapeError('"hex" is not hexadecimal'));
  });
});

describe('readMessage', () => {
  it('takes a field without words and without a place', () => {
    const message = readMessage({
      mti: '0200',
      dialect: 'ascii',
      length: 2,
      hex: '0200',
      fields: [
        { path: '3', name: 'processing code', value: '000000', words: null, offset: null, length: null },
      ],
    });
    expect(message).toEqual({
      mti: '0200',
      dialect: 'ascii',
      lengthBytes: 2,
      bytes: ['02', '00'],
      fields: [
        { path: '3', name: 'processing code', value: '000000', words: '', offset: null, length: null },
      ],
    });
  });
});

describe('factsDetail', () => {
  it('names and words every member in order', () => {
    const data = {
      instructionId: 'i-1',
      amount: '1500.00',
      rrn: '632815000007',
      approved: true,
      triesLeft: 2,
      reason: null,
      card: { id: 'one' },
      lines: ['first', 'second'],
    };
    expect(factsDetail(data)).toEqual({
      kind: 'facts',
      facts: [
        { name: 'Instruction id', value: 'i-1' },
        { name: 'Amount', value: '1\u00a0500,00\u00a0₸' },
        { name: 'Retrieval reference number', value: '632815000007' },
        { name: 'Approved', value: 'yes' },
        { name: 'Tries left', value: '2' },
        { name: 'Reason', value: '–' },
        { name: 'Card', value: '{"id":"one"}' },
        { name: 'Lines', value: 'first\nsecond' },
      ],
    });
  });
});
