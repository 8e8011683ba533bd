import { fromHex } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { PAN } from '../testing/issuer.ts';
import { emptyModule } from '../testing/modules.ts';

const KSN = fromHex('FFFF9876543201E00001');

test('the last text a regular expression saw is none of a PIN operation', () => {
  const module = emptyModule();
  module.generateKey('initial', 'terminal-initial');
  module.generateKey('zone', 'zone-pin');
  module.generateKey('visa', 'pin-verification-visa');
  module.generateKey('ibm', 'pin-verification-ibm3624');
  const received = {
    key: 'initial',
    ksn: KSN,
    block: module.encipherPin('initial', KSN, '4271', PAN),
    pan: PAN,
  };
  for (const job of [
    () => module.encipherPin('initial', KSN, '4271', PAN),
    () => module.translatePin(received, 'zone'),
    () => module.pinVerificationValue('visa', '1', PAN, '4271'),
    () => module.pinOffset('ibm', PAN, '4271'),
    () => module.verifyPin(received, { method: 'ibm-3624', key: 'ibm', offset: '0000' }),
  ]) {
    /secret/.exec('a secret');
    job();
    expect(RegExp.$_, String(job)).toBe('');
  }
});
