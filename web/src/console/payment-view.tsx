import { displayAmount } from '../amount.ts';
import { CompareView } from './compare-view.tsx';
import type { PaymentDetail, PaymentLine } from './console-types.ts';
import { type Place, TABS, type Tab } from './console-url.ts';
import { EventList } from './event-list.tsx';
import { useLanguage, useSay } from './language.ts';
import { LatencyBar } from './latency-bar.tsx';
import { fullTime } from './payment-words.ts';
import { SaveLinks } from './save-links.tsx';
import { WhyPanel } from './why-panel.tsx';

interface PaymentViewProps {
  readonly detail: PaymentDetail;
  readonly other: PaymentDetail | null;
  readonly payments: readonly PaymentLine[];
  readonly place: Place;
  readonly onGo: (change: Partial<Place>) => void;
  readonly onBack: () => void;
}

/** One payment: its course, its messages, its card, its reasons, and how it differs from another. */
export function PaymentView({ detail, other, payments, place, onGo, onBack }: PaymentViewProps) {
  const say = useSay();
  return (
    <article className="payment-view" aria-label={detail.payment.transactionId}>
      <button type="button" className="back-button quiet-button" onClick={onBack}>
        ← {say('back')}
      </button>
      <PaymentHead payment={detail.payment} />
      <div
        className="tabs"
        role="tablist"
        aria-label={detail.payment.transactionId}
        onKeyDown={(event) => {
          const tab = tabAfterKey(event.key, place.tab);
          if (tab === null) return;
          event.preventDefault();
          onGo({ tab });
          document.getElementById(`tab-${tab}`)?.focus();
        }}
      >
        {TABS.map((tab, index) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`tab-${tab}`}
            aria-selected={tab === place.tab}
            aria-controls="tab-panel"
            tabIndex={tab === place.tab ? 0 : -1}
            title={`${index + 1}`}
            data-testid={`tab-${tab}`}
            onClick={() => onGo({ tab })}
          >
            {say(tab)}
          </button>
        ))}
      </div>
      <div className="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${place.tab}`}>
        <Panel detail={detail} other={other} payments={payments} place={place} onGo={onGo} />
      </div>
    </article>
  );
}

/** Arrow keys go round the tabs; null for any other key. */
function tabAfterKey(key: string, tab: Tab): Tab | null {
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? TABS.length - 1 : 0;
  return step === 0 ? null : (TABS[(TABS.indexOf(tab) + step) % TABS.length] ?? null);
}

function PaymentHead({ payment }: { readonly payment: PaymentLine }) {
  const say = useSay();
  const language = useLanguage();
  const { amount, state, responseCode, route, startedMs, transactionId, reason, card, entry, bank } = payment;
  return (
    <header className="payment-head">
      <h2>{amount === null ? '–' : displayAmount(amount)}</h2>
      <span className="state-mark" data-state={state}>
        {say(state)} {responseCode}
      </span>
      {(route === 'direct' || route === 'convert') && (
        <span className="row-route" data-route={route}>
          {say(route)}
        </span>
      )}
      <SaveLinks transactionId={transactionId} />
      <p className="payment-facts">
        <code>{transactionId}</code> · {fullTime(startedMs, language)}
        {[card, entry, bank].map((fact) => fact !== null && <span key={fact}> · {fact}</span>)}
      </p>
      {reason !== null && <p className="payment-reason">{reason}</p>}
    </header>
  );
}

const MESSAGE = (type: string): boolean => /\.message-/.test(type);
const CARD = (type: string): boolean =>
  type === 'card.exchanged' || type === 'kernel.decided' || /terminal\.(card|pin)-/.test(type);

function Panel({ detail, other, payments, place, onGo }: Omit<PaymentViewProps, 'onBack'>) {
  const say = useSay();
  const { events, payment } = detail;
  const open = {
    openSeq: place.event,
    onOpen: (event: number | null) => onGo({ event }),
    revealsOf: detail.reveals ? payment.transactionId : null,
  };
  const listOf = (tab: Tab, belongs: (type: string) => boolean) => {
    const own = events.filter(({ type }) => belongs(type));
    if (own.length === 0) return <p className="empty">{say(tab === 'chip' ? 'noCard' : 'noMessages')}</p>;
    return <EventList events={own} startedMs={payment.startedMs} withLanes={false} {...open} />;
  };
  switch (place.tab) {
    case 'timeline':
      return (
        <>
          <LatencyBar events={events} />
          <EventList events={events} startedMs={payment.startedMs} withLanes {...open} />
        </>
      );
    case 'messages':
      return listOf('messages', MESSAGE);
    case 'chip':
      return listOf('chip', CARD);
    case 'why':
      return <WhyPanel events={events} onEvent={(event) => onGo({ tab: 'timeline', event })} />;
    case 'compare':
      return (
        <CompareView
          detail={detail}
          other={other}
          otherId={place.other}
          payments={payments}
          onOther={(id) => onGo({ other: id })}
        />
      );
  }
}
