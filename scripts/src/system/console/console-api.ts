import type { EventLog } from '@kassa/acquirer';
import { LANGUAGES } from '@kassa/emv';
import { ApiError } from '@kassa/terminal';
import { Router } from 'express';
import { explainEvents, messageOf, schemeOf } from './explain-event.ts';
import { EXPORT_FORMATS, exportPayment } from './export-payment.ts';
import type { LineTap } from './line-tap.ts';
import { isMessage, readPaymentEvents } from './payment-events.ts';
import type { PaymentIndex } from './payment-index.ts';
import type { PaymentSummary } from './payment-summary.ts';
import { revealMessage } from './reveal-message.ts';

/**
 * What the console page asks for (docs/console.md). Reads only; everything as masked as the events are, but for single
 * messages where there is a tap: that is, where `kassa up` was told to reveal.
 */
export function consoleApi(log: EventLog, index: PaymentIndex, tap: LineTap | null): Router {
  const router = Router();
  const paymentOf = async (id: string): Promise<PaymentSummary> => {
    const payment = await index.find(id);
    if (payment) return payment;
    throw new ApiError(404, 'unknown-payment', 'the event log holds no such payment');
  };
  router.get('/console/payments', async (request, response) => {
    const { since = '0' } = request.query;
    if (typeof since !== 'string' || !/^\d{1,15}$/.test(since)) {
      throw new ApiError(400, 'bad-since', 'since is the next of the answer before, or 0');
    }
    response.json(await index.changedSince(Number(since)));
  });
  router.get('/console/payments/:id', async (request, response) => {
    const language = wordOf(request.query.language ?? 'en', LANGUAGES, 'language');
    const payment = await paymentOf(request.params.id);
    const events = explainEvents(await readPaymentEvents(log, payment), language);
    response.json({ payment, reveals: tap !== null, events });
  });
  router.get('/console/payments/:id/events/:seq/revealed', async (request, response) => {
    const language = wordOf(request.query.language ?? 'en', LANGUAGES, 'language');
    if (tap === null || !isLoopback(request.socket.remoteAddress)) {
      throw new ApiError(
        403,
        'not-revealed',
        'this server shows masked data only: kassa up --reveal, from this machine',
      );
    }
    const events = await readPaymentEvents(log, await paymentOf(request.params.id));
    const event = events.find(({ seq }) => String(seq) === request.params.seq);
    const wordsFor = { language, scheme: schemeOf(events) };
    const revealed = event && isMessage(event) && revealMessage(tap, messageOf(event), wordsFor);
    if (!revealed) throw new ApiError(404, 'not-kept', 'this message is not kept unmasked');
    response.set('Cache-Control', 'no-store').json(revealed);
  });
  router.get('/console/payments/:id/export', async (request, response) => {
    const format = wordOf(request.query.format ?? 'json', EXPORT_FORMATS, 'format');
    const payment = await paymentOf(request.params.id);
    const { contentType, body } = exportPayment(payment, await readPaymentEvents(log, payment), format);
    response
      .set('Content-Type', contentType)
      .attachment(`${payment.transactionId}.${format === 'hex' ? 'txt' : format}`)
      .set('Content-Type', contentType)
      .end(body);
  });
  return router;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address);
}

function wordOf<T extends string>(value: unknown, words: readonly T[], name: string): T {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new ApiError(400, `bad-${name}`, `${name} is one of ${words.join(', ')}`);
}
