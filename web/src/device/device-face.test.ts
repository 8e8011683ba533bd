import { describe, expect, it } from 'vitest';
import type { Screen } from '../api/api-types.ts';
import { deviceFace, faceInWords } from './device-face.ts';
import { emptyEntry } from './keypad-state.ts';

const IDLE: Screen = { state: 'idle', title: 'Welcome', lines: ['Press ○.'], prompt: null, amount: null };
const PIN: Screen = { state: 'pin-entry', title: 'Enter PIN', lines: [], prompt: 'pin', amount: '1500.00' };

describe('deviceFace', () => {
  it('shows the server’s screen', () => {
    expect(deviceFace(PIN, emptyEntry('pin'))).toEqual({
      title: 'Enter PIN',
      lines: [],
      amount: '1\u00a0500,00\u00a0₸',
      pinDigits: 0,
      tone: 'plain',
      note: '',
    });
  });

  it('shows the amount being typed instead', () => {
    const face = deviceFace(IDLE, { mode: 'amount', digits: '150', note: '' });
    expect(face).toMatchObject({ title: 'Amount', amount: '1,50\u00a0₸', pinDigits: null });
  });

  it('counts PIN digits and keeps them to itself', () => {
    const face = deviceFace(PIN, { mode: 'pin', digits: '4821', note: '' });
    expect(face.pinDigits).toBe(4);
    expect(JSON.stringify(face)).not.toContain('4821');
    expect(faceInWords(face)).not.toContain('4821');
  });

  it.each(['approved', 'declined'] as const)('has the tone of a payment that is %s', (state) => {
    expect(deviceFace({ ...IDLE, state }, emptyEntry('amount')).tone).toBe(state);
  });

  it('says so while there is no device', () => {
    expect(deviceFace(null, emptyEntry('none')).title).toBe('Starting');
  });
});

describe('faceInWords', () => {
  it.each([
    [deviceFace(IDLE, emptyEntry('amount')), 'Welcome. Press Enter'],
    [deviceFace(PIN, emptyEntry('pin')), 'Enter PIN. 1\u00a0500,00\u00a0₸. 0 digits typed'],
    [
      deviceFace(PIN, { mode: 'pin', digits: '1', note: 'Too short.' }),
      'Enter PIN. 1\u00a0500,00\u00a0₸. 1 digit typed. Too short',
    ],
  ])('case %#', (face, words) => {
    expect(faceInWords(face)).toBe(words);
  });
});
