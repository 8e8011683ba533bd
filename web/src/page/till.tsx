import { useEffect, useRef, useState } from 'react';
import { enterPin, presentCard, pressCancel, removeCard, startPayment } from '../api/api-client.ts';
import type { Entry as CardEntry, Screen, Settlement, Terminal, TestCard } from '../api/api-types.ts';
import { Device } from '../device/device.tsx';
import type { KeypadRequest } from '../device/keypad-state.ts';
import type { Payment } from '../trace/trace-state.ts';
import { CardActions } from '../tray/card-actions.tsx';
import { cardHue } from '../tray/card-hue.ts';
import { CardTray } from '../tray/card-tray.tsx';
import { useRequest } from '../use-request.ts';
import { PaymentResult } from './payment-result.tsx';
import { SettleChoice } from './settle-choice.tsx';

interface TillProps {
  readonly terminal: Terminal | null;
  readonly screen: Screen | null;
  readonly online: boolean;
  readonly cards: readonly TestCard[];
  /** Id of the card in the chip slot. */
  readonly cardInSlot: string | null;
  readonly lastSwipe: number;
  /** The payment shown beside the till. */
  readonly payment: Payment | null;
}

/** What stands on the counter: the device, and beside it the choices, the receipt and the cards. */
export function Till({ terminal, screen, online, cards, cardInSlot, lastSwipe, payment }: TillProps) {
  const [settle, setSettle] = useState<Settlement | null>(null);
  const [chosenCard, setChosenCard] = useState<string | null>(null);
  const { problem, send, forget } = useRequest();
  const card = cards.find(({ id }) => id === chosenCard) ?? cards[0] ?? null;
  const inserted = cards.find(({ id }) => id === cardInSlot) ?? null;

  const counter = useRef<HTMLDivElement>(null);
  const finishedId = payment?.result ? payment.transactionId : null;
  useEffect(() => {
    // The result stands above the cards; a person who scrolled down to a card must see it.
    if (finishedId !== null && counter.current !== null) counter.current.scrollTop = 0;
  }, [finishedId]);

  const onDevice = (kind: string, act: (terminalId: string) => Promise<void>) => {
    if (terminal !== null) send(kind, () => act(terminal.id));
  };
  const onKeypad = (request: KeypadRequest) =>
    onDevice(request.kind, (id) => sendKeypad(id, request, settle));
  const onPresent = (entry: CardEntry) => {
    if (card !== null) onDevice('present-card', (id) => presentCard(id, card.id, entry));
  };

  return (
    <>
      <section className="till" aria-label="Terminal">
        <Device
          terminal={terminal}
          screen={screen}
          online={online}
          cardInSlot={cardInSlot !== null}
          insertedCard={inserted}
          insertedHue={cardHue(inserted?.bank ?? '', cards)}
          lastSwipe={lastSwipe}
          problem={problem}
          onRequest={onKeypad}
          onType={forget}
        />
      </section>
      <section className="counter" aria-label="Counter">
        <div className="counter-scroll" ref={counter}>
          <SettleChoice
            settle={settle}
            merchantSettle={terminal?.merchant.settle ?? null}
            onSettle={setSettle}
          />
          {payment?.result && (
            <PaymentResult key={payment.transactionId} payment={payment} result={payment.result} />
          )}
          <CardTray cards={cards} chosenId={card?.id ?? null} onChoose={setChosenCard} />
        </div>
        <CardActions
          card={card}
          prompt={screen?.prompt ?? null}
          removable={cardInSlot !== null || screen?.prompt === 'remove'}
          onPresent={onPresent}
          onRemove={() => onDevice('remove-card', removeCard)}
        />
      </section>
    </>
  );
}

function sendKeypad(terminalId: string, request: KeypadRequest, settle: Settlement | null): Promise<void> {
  switch (request.kind) {
    case 'start-payment':
      return startPayment(terminalId, request.amount, settle);
    case 'enter-pin':
      return enterPin(terminalId, request.pin);
    case 'cancel':
      return pressCancel(terminalId);
  }
}
