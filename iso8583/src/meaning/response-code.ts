/**
 * DE 39 in ISO 8583:1987, table 4. The standard reserves 45 to 50, 69 to 74, 76 to 89 and 97 to 99; those of them that
 * the international networks use alike are listed with the word "networks".
 */
const RESPONSE_CODES: Readonly<Record<string, string>> = {
  '00': 'approved or completed successfully',
  '01': 'refer to card issuer',
  '02': 'refer to card issuer, special condition',
  '03': 'invalid merchant',
  '04': 'pick up card',
  '05': 'do not honour',
  '06': 'error',
  '07': 'pick up card, special condition',
  '08': 'honour with identification',
  '09': 'request in progress',
  '10': 'approved for partial amount',
  '11': 'approved, VIP',
  '12': 'invalid transaction',
  '13': 'invalid amount',
  '14': 'invalid card number',
  '15': 'no such issuer',
  '16': 'approved, update track 3',
  '17': 'customer cancellation',
  '18': 'customer dispute',
  '19': 're-enter transaction',
  '20': 'invalid response',
  '21': 'no action taken',
  '22': 'suspected malfunction',
  '23': 'unacceptable transaction fee',
  '24': 'file update not supported by receiver',
  '25': 'unable to locate record on file',
  '26': 'duplicate file update record, old record replaced',
  '27': 'file update field edit error',
  '28': 'file update file locked out',
  '29': 'file update not successful, contact acquirer',
  '30': 'format error',
  '31': 'bank not supported by switch',
  '32': 'completed partially',
  '33': 'expired card, pick up',
  '34': 'suspected fraud, pick up',
  '35': 'card acceptor contact acquirer, pick up',
  '36': 'restricted card, pick up',
  '37': 'card acceptor call acquirer security, pick up',
  '38': 'allowable PIN tries exceeded, pick up',
  '39': 'no credit account',
  '40': 'requested function not supported',
  '41': 'lost card, pick up',
  '42': 'no universal account',
  '43': 'stolen card, pick up',
  '44': 'no investment account',
  '51': 'not sufficient funds',
  '52': 'no cheque account',
  '53': 'no savings account',
  '54': 'expired card',
  '55': 'incorrect PIN',
  '56': 'no card record',
  '57': 'transaction not permitted to cardholder',
  '58': 'transaction not permitted to terminal',
  '59': 'suspected fraud',
  '60': 'card acceptor contact acquirer',
  '61': 'exceeds withdrawal amount limit',
  '62': 'restricted card',
  '63': 'security violation',
  '64': 'original amount incorrect',
  '65': 'exceeds withdrawal frequency limit',
  '66': "card acceptor call acquirer's security department",
  '67': 'hard capture: pick up card at the machine',
  '68': 'response received too late',
  '75': 'allowable number of PIN tries exceeded',
  '76': 'unable to locate previous message (networks)',
  '77': 'data inconsistent with original message (networks)',
  '78': 'card blocked or not yet activated (networks)',
  '81': 'cryptographic error found in PIN (networks)',
  '82': 'card authentication failed: CVV, iCVV or cryptogram (networks)',
  '85': 'no reason to decline: account verified (networks)',
  '86': 'unable to verify PIN (networks)',
  '90': 'cutoff is in process, send again later',
  '91': 'issuer or switch is inoperative',
  '92': 'no route to the financial institution',
  '93': 'transaction cannot be completed, violation of law',
  '94': 'duplicate transmission',
  '95': 'reconcile error',
  '96': 'system malfunction',
};

/** Codes of the 1987 set that mean the transaction was approved. */
const APPROVED = new Set(['00', '08', '10', '11', '16', '32']);

/** What a response code says, in English; `unknown response code` for one outside the table. */
export function responseCodeText(code: string): string {
  return (Object.hasOwn(RESPONSE_CODES, code) ? RESPONSE_CODES[code] : undefined) ?? 'unknown response code';
}

/** Whether the code approves, wholly or in part. Code 85 answers an account verification and moves no money. */
export function isApproved(code: string): boolean {
  return APPROVED.has(code);
}
