/**
 * One payment, named alike by every party: terminal id (DE 41) and retrieval reference number (DE 37). Both stand on
 * the wire and on the receipt, so no party has to be told the other's id, and a person holding a receipt can find it.
 */
export type TransactionId = string & { readonly __kind: 'transaction-id' };

export function transactionId(terminalId: string, rrn: string): TransactionId {
  return `${terminalId.trim()}-${rrn.trim()}` as TransactionId;
}
