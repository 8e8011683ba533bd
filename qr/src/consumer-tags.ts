/** What the value of a consumer-presented data object may be. */
export interface ConsumerTag {
  readonly name: string;
  /** `text`: ISO 8859-1, shown as such; `card`: a card number or track 2, masked; `nothing`: track 1. */
  readonly shows?: 'text' | 'card' | 'nothing';
  readonly bytesMin: number;
  readonly bytesMax: number;
  /** Templates it may stand in: `''` is the root. */
  readonly in: readonly string[];
  /** The value is a list of data objects. */
  readonly isTemplate?: true;
}

const ROOT = '';
/** Application template and common data template hold the same card data. */
const CARD = ['61', '62'] as const;
const TRANSPARENT = ['63', '64'] as const;

const tag = (
  name: string,
  [bytesMin, bytesMax]: readonly [number, number],
  inside: readonly string[],
  shows?: ConsumerTag['shows'],
): ConsumerTag => ({ name, bytesMin, bytesMax, in: inside, ...(shows ? { shows } : {}) });

const template = (name: string, inside: readonly string[]): ConsumerTag => ({
  ...tag(name, [1, 512], inside),
  isTemplate: true,
});

/**
 * EMVCo QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1: the data objects of the root and of the
 * templates 61 to 64; sizes as in EMV Book 3, annex A. Both transparent templates may hold more: what is not here is the
 * scheme's own.
 */
export const CONSUMER_TAGS: Readonly<Record<string, ConsumerTag>> = {
  '85': tag('payload format indicator', [5, 5], [ROOT], 'text'),
  '61': template('application template', [ROOT]),
  '62': template('common data template', [ROOT]),
  '63': template('application specific transparent template', ['61']),
  '64': template('common data transparent template', ['62']),
  '4F': tag('application identifier (ADF name)', [5, 16], ['61']),
  '50': tag('application label', [1, 16], CARD, 'text'),
  '57': tag('track 2 equivalent data', [1, 19], CARD, 'card'),
  '56': tag('track 1 data', [1, 76], CARD, 'nothing'),
  '9F6B': tag('track 2 data', [1, 19], CARD, 'card'),
  '5A': tag('application PAN', [1, 10], CARD, 'card'),
  '5F20': tag('cardholder name', [2, 26], CARD, 'text'),
  '5F2D': tag('language preference', [2, 8], CARD, 'text'),
  '5F50': tag('issuer URL', [1, 99], CARD, 'text'),
  '9F08': tag('application version number', [2, 2], CARD),
  '9F19': tag('token requestor ID', [6, 6], CARD),
  '9F24': tag('payment account reference', [29, 29], CARD, 'text'),
  '9F25': tag('last four digits of the PAN', [2, 2], CARD),
  '5F34': tag('PAN sequence number', [1, 1], [...CARD, ...TRANSPARENT]),
  '82': tag('application interchange profile', [2, 2], TRANSPARENT),
  '9F10': tag('issuer application data', [1, 32], TRANSPARENT),
  '9F26': tag('application cryptogram', [8, 8], TRANSPARENT),
  '9F27': tag('cryptogram information data', [1, 1], TRANSPARENT),
  '9F36': tag('application transaction counter', [2, 2], TRANSPARENT),
  '9F37': tag('unpredictable number', [4, 4], TRANSPARENT),
};
