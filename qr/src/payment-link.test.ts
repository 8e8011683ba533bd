import { expect, test } from 'vitest';
import { lintPayload } from './lint-payload.ts';
import { recogniseLink } from './payment-link.ts';

test.each([
  ['https://qr.kaspi.kz/12345', 'kaspi-qr', 'payment', '12345'],
  ['HTTPS://QR.KASPI.KZ/AbC', 'kaspi-qr', 'payment', 'AbC'],
  ['https://pay.kaspi.kz/pay/abcd1234', 'kaspi-pay', 'payment', 'abcd1234'],
  ['https://qr.halykbank.kz/p/7', 'halyk', 'payment', 'p/7'],
  ['https://homebank.kz/q?t=1', 'halyk', 'payment', 'q?t=1'],
  [
    'http://consumer.oofd.kz?i=1&f=2&s=3.00&t=20260101T000000',
    'fiscal-receipt',
    'receipt',
    'i=1&f=2&s=3.00&t=20260101T000000',
  ],
  ['upi://pay?pa=shop@bank&am=100', 'upi', 'intent', 'pa=shop@bank&am=100'],
])('%s is of %s', (text, id, kind, token) => {
  expect(recogniseLink(text)).toMatchObject({ id, kind, token });
  expect(lintPayload(text, { level: 'strict' })).toMatchObject({
    mode: 'link',
    isValid: true,
    findings: [],
    fields: [],
  });
});

test.each([
  'https://qr.kaspi.kz/',
  'http://qr.kaspi.kz/1',
  'https://qr.kaspi.kz.example/1',
  'https://qr.kaspi.kz@pay.example/1',
  'https://qr.kaspi.\u212az/1',
  'https://evilhalykbank.kz/1',
  'https://halykbank.kz.example/1',
  'https://halykbank.kz@pay.example/1',
  'https://pay.example/halykbank.kz/1',
  ' https://qr.kaspi.kz/1',
  `https://qr.kaspi.kz/${'1'.repeat(3000)}`,
])('%s is of nobody known', (text) => {
  expect(recogniseLink(text)).toBeUndefined();
  expect(lintPayload(text, { level: 'tolerant' })).toMatchObject({ mode: 'merchant', isValid: false });
});
