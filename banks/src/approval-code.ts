/**
 * DE 38, six characters: the same for every retry of a transaction, so that an answer given twice is the same answer.
 * FNV-1a over the transaction id, in base 36 without the letters people misread; it names an approval, it protects nothing.
 */
export function approvalCodeOf(transactionId: string): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  let hash = 0xcbf29ce484222325n;
  for (const character of transactionId) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(character.charCodeAt(0))) * 0x100000001b3n);
  }
  let code = '';
  for (let index = 0; index < 6; index++) {
    code += alphabet.charAt(Number(hash % BigInt(alphabet.length)));
    hash /= BigInt(alphabet.length);
  }
  return code;
}
