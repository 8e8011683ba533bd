import { useEffect, useState } from 'react';
import { getBooks, getCards, getTerminals } from './api/api-client.ts';
import { BooksStrip } from './books/books-strip.tsx';
import { PageHeader } from './page/page-header.tsx';
import { StreamBanner } from './page/stream-banner.tsx';
import { Till } from './page/till.tsx';
import { TracePanel } from './trace/trace-panel.tsx';
import { paymentsOf, shownPayment } from './trace/trace-state.ts';
import { TwoLegs } from './trace/two-legs.tsx';
import { useLoaded } from './use-loaded.ts';
import { useTrace } from './use-trace.ts';

/** The page: a terminal to use on the left, what happens behind it on the right. */
export function App() {
  const { state, status, liveCount, dispatch, retryNow } = useTrace();
  const terminals = useLoaded(getTerminals, `${liveCount}`);
  const cards = useLoaded(getCards, `${liveCount}`);
  const books = useLoaded(getBooks, `${liveCount} ${state.booksVersion}`);
  const [chosenId, setChosenId] = useState<string | null>(null);

  useEffect(() => {
    if (terminals.value !== null) dispatch({ kind: 'terminals-loaded', terminals: terminals.value });
  }, [terminals.value, dispatch]);

  const terminal = terminals.value?.find(({ id }) => id === chosenId) ?? terminals.value?.[0] ?? null;
  const terminalId = terminal?.id ?? null;
  const payment = shownPayment(state, terminalId);

  return (
    <div className="page">
      <p className="demonstration">Demonstration – no real money</p>
      <PageHeader
        terminals={terminals.value ?? []}
        terminal={terminal}
        onTerminal={setChosenId}
        status={status}
      />
      <StreamBanner status={status} onRetry={retryNow} problem={terminals.error ?? cards.error} />
      <main className="workplace">
        <Till
          key={terminalId}
          terminal={terminal}
          screen={terminalId === null ? null : (state.screens[terminalId] ?? terminal?.screen ?? null)}
          online={terminalId !== null && (state.online[terminalId] ?? false)}
          cards={cards.value ?? []}
          cardInSlot={terminalId === null ? null : (state.cardsInSlot[terminalId] ?? null)}
          lastSwipe={terminalId === null ? 0 : (state.lastSwipes[terminalId] ?? 0)}
          payment={payment}
        />
        <section className="insight" aria-label="Behind the terminal">
          <TwoLegs payment={payment} />
          <TracePanel
            payments={paymentsOf(state, terminalId)}
            payment={payment}
            onPick={(transactionId) => dispatch({ kind: 'payment-picked', transactionId })}
          />
          <BooksStrip books={books.value} error={books.error} merchantId={terminal?.merchant.id ?? null} />
        </section>
      </main>
    </div>
  );
}
