import type { EventLog } from '@kassa/acquirer';
import { LANGUAGES } from '@kassa/emv';
import { ApiError } from '@kassa/terminal';
import { Router } from 'express';
import { explainEvents } from './explain-event.ts';
import { EXPORT_FORMATS, exportPayment } from './export-payment.ts';
import { readPaymentEvents } from './payment-events.ts';
import type { PaymentIndex } from './payment-index.ts';
import type { PaymentSummary } from './payment-summary.ts';

/** What the console page asks for (docs/console.md). Reads only; everything as masked as the events are. */
export function consoleApi(log: EventLog, index: PaymentIndex): Router {
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
    response.json({ payment, events: explainEvents(await readPaymentEvents(log, payment), language) });
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

function wordOf<T extends string>(value: unknown, words: readonly T[], name: string): T {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new ApiError(400, `bad-${name}`, `${name} is one of ${words.join(', ')}`);
}
