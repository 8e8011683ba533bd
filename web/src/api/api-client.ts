import { REQUEST_TIMEOUT_MS } from '../limits.ts';
import type { Books, Entry, Settlement, Terminal, TestCard } from './api-types.ts';
import { decodeBooks, decodeCards, decodeTerminals } from './decode-api.ts';

/** The server refused, or could not be asked; the message is a sentence for the person at the page. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** RFC 9457 `code` of the server, `unreachable` when there was no answer at all. */
  readonly code: string;

  constructor(message: string, options: ErrorOptions & { readonly code: string }) {
    super(message, options);
    this.code = options.code;
  }
}

export async function getTerminals(): Promise<readonly Terminal[]> {
  return decodeTerminals(await call('GET', '/v1/terminals'));
}

export async function getCards(): Promise<readonly TestCard[]> {
  return decodeCards(await call('GET', '/v1/cards'));
}

export async function getBooks(): Promise<Books> {
  return decodeBooks(await call('GET', '/v1/books'));
}

/** Any resource under `/v1`, its shape still to be checked. */
export async function getJson(path: string): Promise<unknown> {
  return call('GET', path);
}

/** `amount` is decimal tenge; without `settle` the merchant's own setting decides. */
export async function startPayment(terminalId: string, amount: string, settle: Settlement | null) {
  await call('POST', terminalPath(terminalId, 'payments'), settle === null ? { amount } : { amount, settle });
}

export async function presentCard(terminalId: string, card: string, entry: Entry) {
  await call('POST', terminalPath(terminalId, 'card'), { card, entry });
}

/** The PIN travels in the body only; `""` presses enter without a PIN. */
export async function enterPin(terminalId: string, pin: string) {
  await call('POST', terminalPath(terminalId, 'pin'), { pin });
}

export async function pressCancel(terminalId: string) {
  await call('POST', terminalPath(terminalId, 'cancel'), {});
}

export async function removeCard(terminalId: string) {
  await call('POST', terminalPath(terminalId, 'remove-card'), {});
}

function terminalPath(terminalId: string, action: string): string {
  return `/v1/terminals/${encodeURIComponent(terminalId)}/${action}`;
}

async function call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      cache: 'no-store',
      headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch (cause) {
    throw new ApiError('The server does not answer.', { code: 'unreachable', cause });
  }
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problem(response.status, answer);
  return answer;
}

function problem(status: number, answer: unknown): ApiError {
  const { code, detail, title } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const message = [detail, title].find((text) => typeof text === 'string' && text !== '');
  return new ApiError(typeof message === 'string' ? message : `The server answered ${status}.`, {
    code: typeof code === 'string' ? code : `http-${status}`,
  });
}
