import { AmountError, parseTenge } from '@kassa/primitives';
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { CardHint, Entry } from '../device-state.ts';
import { PIN_DIGITS_MAX, PIN_DIGITS_MIN } from '../limits.ts';
import type { PaymentResult } from '../payment-result.ts';
import type { PresentedCard } from './presented-card.ts';
import type { Terminal } from './terminal.ts';

/** The test cards lying beside the terminals. */
export interface CardTray {
  /** Takes a card to a terminal; undefined when there is none of that name. */
  present(cardId: string, entry: Entry): { readonly card: PresentedCard; readonly pin: string } | undefined;
}

export interface TerminalApiPorts {
  readonly terminals: ReadonlyMap<string, Terminal>;
  readonly tray: CardTray;
  /** What a merchant chose for a terminal, for the list. */
  describe(terminal: Terminal): Readonly<Record<string, unknown>>;
}

/** An HTTP error with a code a program can act on (RFC 9457). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

const amountForm = z.string().transform((text, context) => {
  try {
    const amount = parseTenge(text);
    if (amount > 0n) return amount;
    context.addIssue({ code: 'custom', message: 'the amount is zero' });
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
  return z.NEVER;
});
const settleForm = z.enum(['digital', 'non-cash']).nullish();
const entryForm = z.enum(['chip', 'swipe', 'tap']);
/** Empty: enter without a PIN. */
const pinForm = z
  .string()
  .regex(
    new RegExp(`^(\\d{${PIN_DIGITS_MIN},${PIN_DIGITS_MAX}})?$`),
    `${PIN_DIGITS_MIN} to ${PIN_DIGITS_MAX} digits, or nothing`,
  );

const attendedForm = z.strictObject({ amount: amountForm, settle: settleForm });
const wholeForm = z.strictObject({
  amount: amountForm,
  settle: settleForm,
  card: z.string(),
  entry: entryForm,
  pin: pinForm.optional(),
});

/** The devices over HTTP: docs/api.md. */
export function terminalApi(ports: TerminalApiPorts): Router {
  const router = Router();
  const inTurn = createTurns();
  const view = (terminal: Terminal) => ({
    id: terminal.identity.id,
    ...ports.describe(terminal),
    dialect: terminal.dialect,
    online: terminal.online,
    pendingReversals: terminal.pendingReversals,
    screen: terminal.screen,
  });
  const find = (id: string | undefined): Terminal => {
    const terminal = ports.terminals.get(id ?? '');
    if (terminal) return terminal;
    throw new ApiError(
      404,
      'unknown-terminal',
      `there is no terminal ${id?.slice(0, 40)}; there are ${[...ports.terminals.keys()].join(', ')}`,
    );
  };
  const act =
    (action: (terminal: Terminal, body: unknown) => void): RequestHandler<{ id: string }> =>
    (request, response) => {
      const terminal = find(request.params.id);
      action(terminal, request.body);
      response.status(202).json({ screen: terminal.screen });
    };
  router.get('/terminals', (_request, response) => {
    response.json([...ports.terminals.values()].map(view));
  });
  router.get('/terminals/:id', (request, response) => {
    response.json(view(find(request.params.id)));
  });
  router.post('/terminals/:id/key-exchange', async (request, response) => {
    const exchanged = await find(request.params.id).exchangeKeys();
    if (!exchanged.ok) throw new ApiError(409, 'key-exchange-failed', exchanged.why);
    response.json({ key: 'mac', version: exchanged.version, checkValue: exchanged.checkValue });
  });
  router.post('/terminals/:id/payments', async (request, response) => {
    const terminal = find(request.params.id);
    if (hasCard(request.body)) {
      const order = parseBody(wholeForm, request.body);
      response.json(await inTurn(order.card, () => payAtOnce(terminal, ports.tray, order)));
      return;
    }
    const order = parseBody(attendedForm, request.body);
    const transactionId = await terminal.startPayment(order.amount, order.settle ?? null);
    response.status(202).json({ transactionId, screen: terminal.screen });
  });
  router.post(
    '/terminals/:id/card',
    act((terminal, body) => {
      const { card, entry } = parseBody(z.strictObject({ card: z.string(), entry: entryForm }), body);
      terminal.presentCard(takeCard(ports.tray, card, entry).card);
    }),
  );
  router.post(
    '/terminals/:id/pin',
    act((terminal, body) => terminal.enterPin(parseBody(z.strictObject({ pin: pinForm }), body).pin)),
  );
  router.post(
    '/terminals/:id/cancel',
    act((terminal) => terminal.cancel()),
  );
  router.post(
    '/terminals/:id/remove-card',
    act((terminal) => terminal.removeCard()),
  );
  router.get('/transactions/:transaction', (request, response) => {
    const { transaction } = request.params;
    const terminal = ports.terminals.get(transaction.slice(0, transaction.lastIndexOf('-')));
    const finished = terminal?.finished(transaction);
    if (!finished)
      throw new ApiError(
        404,
        'unknown-transaction',
        `no terminal here has finished a payment ${transaction.slice(0, 40)}`,
      );
    response.json({ ...finished.result, receipts: finished.receipts });
  });
  return router;
}

/** There is one card of each kind: who wants it while it is in another terminal waits until it is back on the tray. */
function createTurns(): <T>(card: string, use: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (card, use) => {
    const turn = (last.get(card) ?? Promise.resolve()).then(use, use);
    last.set(card, turn);
    const putBack = (): void => {
      if (last.get(card) === turn) last.delete(card);
    };
    turn.then(putBack, putBack);
    return turn;
  };
}

type WholeOrder = z.infer<typeof wholeForm>;

/** A payment with a scripted cardholder, from the amount to the removed card. */
async function payAtOnce(terminal: Terminal, tray: CardTray, order: WholeOrder): Promise<PaymentResult> {
  const { card, pin } = takeCard(tray, order.card, order.entry);
  const transactionId = await terminal.startPayment(order.amount, order.settle ?? null);
  const ended = terminal.ended(transactionId);
  terminal.onPinPrompt(transactionId, () => terminal.enterPin(order.pin ?? pin));
  followHints(terminal, tray, order.card, transactionId);
  terminal.presentCard(card);
  const result = await ended;
  if (terminal.screen.prompt === 'remove') terminal.removeCard();
  return result;
}

/** What a cardholder does with the card when it is wanted once more; after a few times nobody tries again. */
const HINTS_FOLLOWED_MAX = 3;
const ENTRY_OF_HINT: Readonly<Record<CardHint, Entry>> = {
  insert: 'chip',
  swipe: 'swipe',
  'tap-again': 'tap',
  'see-phone': 'tap',
};

function followHints(terminal: Terminal, tray: CardTray, cardId: string, transactionId: string): void {
  let followed = 0;
  terminal.onCardWantedAgain(transactionId, (hint) => {
    followed += 1;
    if (followed > HINTS_FOLLOWED_MAX) terminal.cancel();
    else terminal.presentCard(takeCard(tray, cardId, ENTRY_OF_HINT[hint]).card);
  });
}

function takeCard(tray: CardTray, id: string, entry: Entry): { card: PresentedCard; pin: string } {
  const taken = tray.present(id, entry);
  if (taken) return taken;
  throw new ApiError(
    404,
    'unknown-card',
    `there is no test card "${id.slice(0, 40)}"; "GET /v1/cards" lists them`,
  );
}

function hasCard(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'card' in body;
}

function parseBody<T>(form: z.ZodType<T>, body: unknown): T {
  const parsed = form.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new ApiError(400, 'bad-request', problems.join('; '));
}
