import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ConsoleHeader } from './console-header.tsx';
import { type Place, TABS } from './console-url.ts';
import { FilterBox } from './filter-box.tsx';
import { parseFilter } from './filter-language.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { firstLanguage, type Language, LanguageContext, say, useSay } from './language.ts';
import { LedgerView } from './ledger-view.tsx';
import { PaymentList } from './payment-list.tsx';
import { PaymentView } from './payment-view.tsx';
import { useKeys } from './use-keys.ts';
import { usePayment } from './use-payment.ts';
import { type LivePayments, usePayments } from './use-payments.ts';
import { usePlace } from './use-place.ts';

const LANGUAGE_KEY = 'kassa-language';

/** The page engineers keep open: every payment, and everything about each. */
export function ConsoleApp() {
  const [language, setLanguage] = useState(() =>
    firstLanguage(window.localStorage.getItem(LANGUAGE_KEY), navigator.languages),
  );
  const [place, go] = usePlace();
  const live = usePayments();
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `Kassa – ${say(language, 'title')}`;
  }, [language]);
  const choose = (chosen: Language) => {
    window.localStorage.setItem(LANGUAGE_KEY, chosen);
    setLanguage(chosen);
  };
  return (
    <LanguageContext value={language}>
      <div className="page console">
        <p className="demonstration">{say(language, 'demonstration')}</p>
        <ConsoleHeader
          view={place.view}
          status={live.status}
          onView={(view) => go({ view }, 'push')}
          onLanguage={choose}
        />
        <Trouble live={live} />
        {place.view === 'ledger' ? (
          <LedgerView
            version={live.next}
            account={place.account}
            onAccount={(account) => go({ account }, 'push')}
          />
        ) : (
          <Workplace live={live} place={place} go={go} language={language} />
        )}
      </div>
    </LanguageContext>
  );
}

function Trouble({ live }: { readonly live: LivePayments }) {
  const say = useSay();
  if (live.status.kind !== 'stale' && live.problem === null) return null;
  return (
    <div className="stream-banner" role="alert">
      <p>
        <strong>{say('stale')}.</strong> {say('mayBeOld')}
      </p>
      <button type="button" className="button" onClick={live.retryNow}>
        {say('retry')}
      </button>
    </div>
  );
}

interface WorkplaceProps {
  readonly live: LivePayments;
  readonly place: Place;
  readonly go: (change: Partial<Place>, how?: 'push' | 'replace') => void;
  readonly language: Language;
}

/** The list on the left, the chosen payment on the right; on a narrow screen one at a time. */
function Workplace({ live, place, go, language }: WorkplaceProps) {
  const input = useRef<HTMLInputElement>(null);
  const detailSide = useRef<HTMLElement>(null);
  const [areKeysShown, setKeysShown] = useState(false);
  const filter = useMemo(() => parseFilter(place.filter), [place.filter]);
  const shown = useMemo(
    () => (filter.matches === null ? live.payments : live.payments.filter(filter.matches)),
    [live.payments, filter],
  );
  const lastSeqOf = (id: string | null) =>
    live.payments.find(({ transactionId }) => transactionId === id)?.lastSeq ?? null;
  const detail = usePayment(place.payment, lastSeqOf(place.payment), language);
  const other = usePayment(place.other, lastSeqOf(place.other), language);
  const choose = useCallback(
    (payment: string) => go({ payment, event: null }, place.payment === null ? 'push' : 'replace'),
    [go, place.payment],
  );
  const back = () => go(place.payment === null ? { filter: '' } : { payment: null, event: null });
  const move = (rows: number) => {
    const at = shown.findIndex(({ transactionId }) => transactionId === place.payment);
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + rows))];
    if (next !== undefined) choose(next.transactionId);
  };
  useKeys({
    '/': () => input.current?.focus(),
    '?': () => setKeysShown(true),
    Escape: back,
    j: () => move(1),
    k: () => move(-1),
    ...Object.fromEntries(TABS.map((tab, index) => [`${index + 1}`, () => go({ tab })])),
  });
  return (
    <main className="console-work" data-open={place.payment !== null}>
      <section className="panel list-side">
        <FilterBox
          text={place.filter}
          problem={filter.problem}
          input={input}
          onText={(text) => go({ filter: text })}
          shown={shown.length}
          count={live.payments.length}
        />
        <PaymentList
          payments={shown}
          chosen={place.payment}
          onChoose={choose}
          onEnter={() => detailSide.current?.focus()}
        />
        <ListNote live={live} shown={shown.length} />
      </section>
      <section className="panel detail-side" ref={detailSide} tabIndex={-1}>
        {detail.value === null ? (
          <NoDetail isChosen={place.payment !== null} error={detail.error} onBack={back} />
        ) : (
          <PaymentView
            key={detail.value.payment.transactionId}
            detail={detail.value}
            other={other.value}
            payments={live.payments}
            place={place}
            onGo={go}
            onBack={back}
          />
        )}
      </section>
      {areKeysShown && <KeysDialog onClose={() => setKeysShown(false)} />}
    </main>
  );
}

function ListNote({ live, shown }: { readonly live: LivePayments; readonly shown: number }) {
  const say = useSay();
  if (shown > 0) return null;
  if (!live.isLoaded) return <p className="empty">{say('loading')}</p>;
  return <p className="empty">{say(live.payments.length === 0 ? 'noPayments' : 'noMatch')}</p>;
}

interface NoDetailProps {
  readonly isChosen: boolean;
  readonly error: string | null;
  readonly onBack: () => void;
}

function NoDetail({ isChosen, error, onBack }: NoDetailProps) {
  const say = useSay();
  if (!isChosen) {
    return (
      <div className="empty">
        <p>{say('choosePayment')}</p>
        <p className="hint">{say('keysHint')}</p>
      </div>
    );
  }
  return (
    <div className="empty">
      <button type="button" className="back-button quiet-button" onClick={onBack}>
        ← {say('back')}
      </button>
      <p>{error ?? say('loading')}</p>
    </div>
  );
}
