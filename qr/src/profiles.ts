import type { Profile, ProfileField } from './profile.ts';

/** Kassa's own: `example` can belong to nobody (RFC 2606). */
export const KAZAKHSTAN_GUID = 'kz.example.ckzt';

type Field = readonly [name: string, pattern: string, says: string];

const field = (...[name, pattern, says]: Field): ProfileField => ({ name, pattern, says });
const required = (...[name, pattern, says]: Field): ProfileField => ({
  name,
  pattern,
  says,
  isRequired: true,
});

const text = (max: number): readonly [string, string] => [
  `[ -~]{1,${max}}`,
  `1 to ${max} printable characters`,
];
const digits = (min: number, max = min): readonly [string, string] => [
  `\\d{${min},${max}}`,
  min === max ? `${min} digits` : `${min} to ${max} digits`,
];

/** The national bank's interbank QR is unified, its payload is not published: this is ours until it is. */
const KAZAKHSTAN: Profile = {
  id: 'kz',
  name: 'Kazakhstan, digital tenge',
  country: 'KZ',
  currencies: ['398'],
  accounts: [
    {
      name: 'digital tenge account',
      tags: ['26', '51'],
      guid: KAZAKHSTAN_GUID,
      fields: {
        '01': required('merchant of the scheme', ...text(32)),
        '02': field('merchant number at its bank', ...text(32)),
      },
    },
  ],
  languages: ['kk', 'ru'],
  accepts: [],
  source: 'own proposal of this project',
  assumption:
    'not a published standard: the identifier and the fields beside it are ours; Latin letters in 59 and 60, the name in Kazakh or Russian in 64, of which EMVCo allows one',
};

const PIX: Profile = {
  id: 'pix',
  name: 'PIX, Brazil',
  country: 'BR',
  currencies: ['986'],
  accounts: [
    {
      name: 'PIX account',
      tags: ['26', '51'],
      guid: 'br.gov.bcb.pix',
      fields: {
        '01': field('key', ...text(77)),
        '02': field('additional information', '.{1,72}', '1 to 72 characters'),
        '25': field('location of the charge', '[^:/\\s]+\\.[^:\\s]+', 'an address without a scheme'),
      },
      oneOf: [['01', '25']],
    },
  ],
  templates: {
    '62': {
      '05': field('transaction ID', '[A-Za-z0-9]{1,25}|\\*\\*\\*', '1 to 25 letters and digits, or ***'),
    },
  },
  accepts: [],
  source: 'Banco Central do Brasil, Manual do BR Code; Manual de Padrões para Iniciação do Pix',
};

const WITHOUT_MERCHANT = ['52', '59', '60'];

const VIETQR: Profile = {
  id: 'vietqr',
  name: 'VietQR, Viet Nam',
  country: 'VN',
  currencies: ['704'],
  accounts: [
    {
      name: 'NAPAS account',
      tags: ['38', '38'],
      guid: 'A000000727',
      fields: {
        '01': {
          ...required('beneficiary', '.{1,99}', 'a template of bank and account'),
          fields: {
            '00': required('bank', ...digits(6)),
            '01': required('account or card', '[0-9A-Za-z]{1,19}', '1 to 19 letters and digits'),
          },
        },
        '02': required('service', 'QRIBFTTA|QRIBFTTC|QRPUSH', 'QRIBFTTA, QRIBFTTC or QRPUSH'),
      },
    },
  ],
  accepts: [
    { rule: 'missing', paths: WITHOUT_MERCHANT, reason: 'a transfer to an account names no merchant' },
  ],
  source: 'NAPAS, format of VietQR codes, as public implementations read it',
};

const KHQR_ACCOUNT = required('Bakong account', '[^@\\s]{1,28}@[a-z0-9]{1,30}', 'an account like name@bank');
const MILLISECONDS = ['\\d{13}', '13 digits, milliseconds since 1970'] as const;

const KHQR: Profile = {
  id: 'khqr',
  name: 'KHQR, Cambodia',
  country: 'KH',
  currencies: ['116', '840'],
  accounts: [
    {
      name: 'individual',
      tags: ['29', '29'],
      fields: {
        '00': KHQR_ACCOUNT,
        '01': field('account information', ...text(32)),
        '02': field('bank', ...text(32)),
      },
    },
    {
      name: 'merchant',
      tags: ['30', '30'],
      fields: {
        '00': KHQR_ACCOUNT,
        '01': required('merchant', ...text(32)),
        '02': field('bank', ...text(32)),
      },
    },
  ],
  templates: {
    '99': { '00': required('created', ...MILLISECONDS), '01': field('valid until', ...MILLISECONDS) },
  },
  accepts: [
    {
      rule: 'identifier-form',
      paths: ['29.00', '30.00'],
      reason: 'sub-tag 00 holds the account of the payee',
    },
  ],
  source: 'National Bank of Cambodia, KHQR, as public implementations read it',
};

const QRIS_CRITERION = field('size of the merchant', 'UMI|UKE|UME|UBE|URE|PSO', 'a size like UMI or UBE');

const QRIS: Profile = {
  id: 'qris',
  name: 'QRIS, Indonesia',
  country: 'ID',
  currencies: ['360'],
  accounts: [
    {
      name: 'national merchant repository',
      tags: ['51', '51'],
      guid: 'ID.CO.QRIS.WWW',
      fields: {
        '02': required('national merchant ID', 'ID\\d{13}', 'ID and 13 digits'),
        '03': QRIS_CRITERION,
      },
    },
    {
      name: 'acquirer',
      tags: ['26', '45'],
      fields: {
        '01': required('merchant number', ...digits(16, 19)),
        '02': field('merchant at the acquirer', ...text(15)),
        '03': QRIS_CRITERION,
      },
    },
  ],
  accepts: [],
  hasOneByteLengths: true,
  source: 'Bank Indonesia and ASPI, QRIS specification, as public implementations read it',
};

const SGQR: Profile = {
  id: 'sgqr',
  name: 'SGQR / PayNow, Singapore',
  country: 'SG',
  currencies: ['702'],
  accounts: [
    {
      name: 'PayNow',
      tags: ['26', '51'],
      guid: 'SG.PAYNOW',
      fields: {
        '01': required('kind of proxy', '[02]', '0 (mobile number) or 2 (entity number)'),
        '02': required('proxy', '\\+?[0-9A-Z]{8,20}', '8 to 20 digits and capitals'),
        '03': required('amount may be changed', '[01]', '0 or 1'),
        '04': field('valid until', '\\d{8}(?:\\d{6})?', 'a date like 20301231'),
      },
    },
  ],
  accepts: [],
  source: 'ABS and MAS, SGQR and PayNow, as public implementations read it',
};

const PROMPTPAY: Profile = {
  id: 'promptpay',
  name: 'PromptPay, Thailand',
  country: 'TH',
  currencies: ['764'],
  accounts: [
    {
      name: 'credit transfer',
      tags: ['29', '29'],
      guid: 'A000000677010111',
      fields: {
        '01': field('mobile number', ...digits(13)),
        '02': field('national or tax ID', ...digits(13)),
        '03': field('e-wallet', ...digits(15)),
        '04': field('bank account', ...text(43)),
      },
      oneOf: [['01', '02', '03', '04']],
    },
    {
      name: 'bill payment',
      tags: ['30', '30'],
      guid: 'A000000677010112',
      fields: {
        '01': required('biller', ...digits(15)),
        '02': required('reference 1', ...text(20)),
        '03': field('reference 2', ...text(20)),
      },
    },
  ],
  accepts: [{ rule: 'missing', paths: WITHOUT_MERCHANT, reason: 'a transfer to a proxy names no merchant' }],
  source: 'Bank of Thailand, Thai QR payment standard, as public implementations read it',
};

const JPQR: Profile = {
  id: 'jpqr',
  name: 'JPQR, Japan',
  country: 'JP',
  currencies: ['392'],
  accounts: [
    {
      name: 'unified store code',
      tags: ['26', '26'],
      guid: 'jp.or.paymentsjapan',
      fields: {
        '01': required('company', ...digits(13)),
        '02': required('issuer of the code', ...digits(4)),
        '03': required('store', ...digits(6)),
        '04': required('terminal', ...digits(6)),
      },
    },
  ],
  languages: ['JA', 'ja'],
  accepts: [],
  source:
    'Payments Japan Association, guideline for merchant-presented codes, as public implementations read it',
};

const BHARATQR: Profile = {
  id: 'bharatqr',
  name: 'BharatQR / UPI, India',
  country: 'IN',
  currencies: ['356'],
  accounts: [
    {
      name: 'UPI address',
      tags: ['26', '26'],
      guid: 'A000000524',
      fields: {
        '01': required(
          'virtual payment address',
          '[A-Za-z0-9.\\-_]{2,64}@[A-Za-z0-9]{2,64}',
          'an address like name@bank',
        ),
        '02': field('smallest amount', '\\d{1,10}(?:\\.\\d{1,2})?', 'an amount'),
      },
    },
  ],
  templates: { '27': { '01': field('transaction reference', ...text(35)) } },
  accepts: [],
  source: 'NPCI, Bharat QR specification, as public implementations read it',
};

/** Every profile, by what `--profile` takes. */
export const PROFILES: readonly Profile[] = [
  KAZAKHSTAN,
  PIX,
  VIETQR,
  KHQR,
  QRIS,
  SGQR,
  PROMPTPAY,
  JPQR,
  BHARATQR,
];
