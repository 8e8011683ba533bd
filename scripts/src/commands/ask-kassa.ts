import { CommandFailure } from '../failure.ts';

/** Longer than any terminal waits for its host. */
const ANSWER_TIMEOUT_MS = 330_000;

/** One request to a running kassa; whatever goes wrong becomes a message that says what to do. */
export async function askKassa<T>(url: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
  } catch (error) {
    throw new CommandFailure(
      `cannot reach kassa at ${url}.\nRemedy: start it with "npm start" or "npx kassa up", or give its address with --url`,
      {
        cause: error,
      },
    );
  }
  const content = (await response.json().catch(() => undefined)) as unknown;
  if (response.ok && content !== undefined) return content as T;
  const detail = problemDetail(content) ?? `HTTP ${response.status}: is this a kassa?`;
  throw new CommandFailure(`${url} could not run it: ${detail}`);
}

function problemDetail(content: unknown): string | undefined {
  return typeof content === 'object' &&
    content !== null &&
    'detail' in content &&
    typeof content.detail === 'string'
    ? content.detail
    : undefined;
}
