import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { displayAmount } from '../amount.ts';
import type { PaymentLine } from './console-types.ts';
import { useSay } from './language.ts';
import { clockTime, shortDuration } from './payment-words.ts';
import { scrollToRow, visibleRows } from './visible-rows.ts';

/** As in console-list.css. */
const ROW_PX = 44;

interface PaymentListProps {
  /** Newest first. */
  readonly payments: readonly PaymentLine[];
  readonly chosen: string | null;
  readonly onChoose: (transactionId: string) => void;
  /** Enter: into the payment. */
  readonly onEnter: () => void;
}

/** A list of any length, of which only what is in sight is drawn. */
export function PaymentList({ payments, chosen, onChoose, onEnter }: PaymentListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const optionId = useId();
  const say = useSay();
  const chosenRow = payments.findIndex(({ transactionId }) => transactionId === chosen);
  const { first, end } = visibleRows(view.top, view.height, ROW_PX, payments.length);
  useSteadyScroll(list, payments);
  useFirstSight(list, chosenRow);
  useFirstFocus(list);

  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const choose = (row: number) => {
    const payment = payments[Math.max(0, Math.min(payments.length - 1, row))];
    const element = list.current;
    if (payment === undefined || element === null) return;
    onChoose(payment.transactionId);
    const at = payments.indexOf(payment);
    element.scrollTop = scrollToRow(at, element.scrollTop, element.clientHeight, ROW_PX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const pageRows = Math.max(1, Math.floor(view.height / ROW_PX) - 1);
    const target = rowAfterKey(event.key, chosenRow, pageRows, payments.length);
    if (event.key === 'Enter') onEnter();
    else if (target === null) return;
    else choose(target);
    event.preventDefault();
  };
  return (
    <div
      className="payment-list"
      ref={list}
      role="listbox"
      tabIndex={0}
      aria-label={say('payments')}
      aria-activedescendant={chosenRow >= first && chosenRow < end ? `${optionId}${chosenRow}` : undefined}
      data-testid="payment-list"
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) =>
        setView({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })
      }
    >
      <div className="payment-rows" role="presentation" style={{ height: payments.length * ROW_PX }}>
        {payments.slice(first, end).map((payment, index) => (
          <PaymentRow
            key={payment.transactionId}
            id={`${optionId}${first + index}`}
            payment={payment}
            row={first + index}
            count={payments.length}
            isChosen={payment.transactionId === chosen}
            onChoose={() => onChoose(payment.transactionId)}
          />
        ))}
      </div>
    </div>
  );
}

/** New payments come in above: whoever has scrolled down goes on seeing the rows they were looking at. */
function useSteadyScroll(list: RefObject<HTMLElement | null>, payments: readonly PaymentLine[]): void {
  const before = useRef(payments);
  useLayoutEffect(() => {
    const element = list.current;
    const row = element === null ? 0 : Math.floor(element.scrollTop / ROW_PX);
    const anchor = row > 0 ? before.current[row]?.transactionId : undefined;
    before.current = payments;
    if (element === null || anchor === undefined) return;
    const now = payments.findIndex(({ transactionId }) => transactionId === anchor);
    if (now > row) element.scrollTop += (now - row) * ROW_PX;
  }, [list, payments]);
}

/** The arrow keys move through the list from the start, unless something else was given them. */
function useFirstFocus(list: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) list.current?.focus({ preventScroll: true });
  }, [list]);
}

/** A link may lead to a payment far down: once the list is there, it is brought into sight. */
function useFirstSight(list: RefObject<HTMLElement | null>, chosenRow: number): void {
  const isDone = useRef(false);
  useEffect(() => {
    const element = list.current;
    if (isDone.current || element === null || chosenRow < 0) return;
    isDone.current = true;
    element.scrollTop = scrollToRow(chosenRow, element.scrollTop, element.clientHeight, ROW_PX);
  }, [list, chosenRow]);
}

/** The row a key moves to; null for a key that moves nothing. */
function rowAfterKey(key: string, row: number, pageRows: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return row + 1;
    case 'ArrowUp':
    case 'k':
      return Math.max(0, row - 1);
    case 'PageDown':
      return row + pageRows;
    case 'PageUp':
      return row - pageRows;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

interface PaymentRowProps {
  readonly id: string;
  readonly payment: PaymentLine;
  readonly row: number;
  readonly count: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function PaymentRow({ id, payment, row, count, isChosen, onChoose }: PaymentRowProps) {
  const say = useSay();
  const { startedMs, lastMs, amount, state, responseCode, route, card, terminalId } = payment;
  return (
    // The list takes the keys; a click is the pointer's way to the same.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-posinset={row + 1}
      aria-setsize={count}
      className="payment-row"
      style={{ top: row * ROW_PX }}
      data-testid="payment-row"
      data-transaction={payment.transactionId}
      onClick={onChoose}
    >
      <span className="row-time">{clockTime(startedMs)}</span>
      <span className="row-amount">{amount === null ? '–' : displayAmount(amount)}</span>
      <span className="state-mark" data-state={state}>
        {say(state)}
        {responseCode !== null && state !== 'approved' && <b> {responseCode}</b>}
      </span>
      <span className="row-route" data-route={route}>
        {route === 'direct' || route === 'convert' ? say(route) : ''}
      </span>
      <span className="row-card">{card ?? '–'}</span>
      <span className="row-terminal">{terminalId}</span>
      <span className="row-took">{shortDuration(lastMs - startedMs)}</span>
    </div>
  );
}
