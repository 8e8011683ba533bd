/**
 * Tags of EMV Book 3, annex A, and of the contactless kernels whose values may be shown: what the terminal and the
 * card decided, and what went into the cryptogram. Whatever is not here shows its length only: 57, 5A, 5F20, 5F24,
 * 56, 99, 9F1F, 9F20, 9F6B, scripts, certificates, private tags (DF…), and tags nobody has heard of.
 */
export const CLEAR_TAGS: ReadonlySet<string> = new Set([
  '4F', // application identifier
  '50', // application label
  '82', // application interchange profile
  '84', // dedicated file name
  '87', // application priority indicator
  '8A', // authorisation response code
  '8E', // cardholder verification method list
  '91', // issuer authentication data
  '94', // application file locator
  '95', // terminal verification results
  '9A', // transaction date
  '9B', // transaction status information
  '9C', // transaction type
  '5F25', // application effective date
  '5F28', // issuer country code
  '5F2A', // transaction currency code
  '5F2D', // language preference
  '5F34', // PAN sequence number
  '5F36', // transaction currency exponent
  '9F01', // acquirer identifier
  '9F02', // amount, authorised
  '9F03', // amount, other
  '9F06', // application identifier, terminal
  '9F07', // application usage control
  '9F08', // application version number, card
  '9F09', // application version number, terminal
  '9F0D', // issuer action code, default
  '9F0E', // issuer action code, denial
  '9F0F', // issuer action code, online
  '9F10', // issuer application data
  '9F11', // issuer code table index
  '9F12', // application preferred name
  '9F15', // merchant category code
  '9F16', // merchant identifier
  '9F1A', // terminal country code
  '9F1B', // terminal floor limit
  '9F1C', // terminal identification
  '9F1E', // interface device serial number
  '9F21', // transaction time
  '9F26', // application cryptogram
  '9F27', // cryptogram information data
  '9F33', // terminal capabilities
  '9F34', // cardholder verification method results
  '9F35', // terminal type
  '9F36', // application transaction counter
  '9F37', // unpredictable number
  '9F39', // point-of-service entry mode
  '9F40', // additional terminal capabilities
  '9F41', // transaction sequence counter
  '9F42', // application currency code
  '9F4E', // merchant name and location
  '9F53', // transaction category code (Mastercard)
  '9F5B', // issuer script results
  '9F66', // terminal transaction qualifiers (Visa)
  '9F6C', // card transaction qualifiers (Visa)
  '9F6E', // form factor indicator (Visa), third party data (Mastercard)
]);
