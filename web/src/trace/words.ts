const MESSAGE_TYPES: Readonly<Record<string, string>> = {
  '0100': 'authorisation request',
  '0110': 'authorisation answer',
  '0200': 'purchase request',
  '0210': 'purchase answer',
  '0220': 'advice',
  '0221': 'repeated advice',
  '0230': 'advice answer',
  '0400': 'reversal',
  '0401': 'repeated reversal',
  '0410': 'reversal answer',
  '0420': 'reversal advice',
  '0421': 'repeated reversal advice',
  '0430': 'reversal advice answer',
  '0800': 'network management request',
  '0810': 'network management answer',
};

/** `0200 purchase request`; an unknown type stays a number (ISO 8583:1987, 4.1.2). */
export function messageTypeWords(mti: string): string {
  const words = MESSAGE_TYPES[mti];
  return words === undefined ? `${mti} message` : `${mti} ${words}`;
}

/** The first letter large, the end without a full stop: ready to be put into a sentence. */
export function sentenceStart(text: string): string {
  const trimmed = text.trim().replace(/\.+$/, '');
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
}

/** The end of a sentence: without a full stop of its own. */
export function sentenceEnd(text: string): string {
  return text.trim().replace(/\.+$/, '');
}

/** `0.15 s` or `150 ms`. */
export function durationWords(ms: number): string {
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s` : `${Math.round(ms)} ms`;
}
