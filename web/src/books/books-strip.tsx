import { useState } from 'react';
import { displayAmount } from '../amount.ts';
import type { Books } from '../api/api-types.ts';
import { CheckIcon, CrossIcon } from '../page/icons.tsx';

interface BooksStripProps {
  readonly books: Books | null;
  readonly error: string | null;
  readonly merchantId: string | null;
}

/** The two books in figures: all digital tenge, and what this merchant has of either kind. */
export function BooksStrip({ books, error, merchantId }: BooksStripProps) {
  const merchant = books?.merchants.find(({ id }) => id === merchantId);
  return (
    <section className="books panel" data-testid="books" data-balanced={books?.balanced} aria-label="Books">
      <div className="books-head">
        <h2>Books</h2>
        {books !== null && <BalanceMark balanced={books.balanced} />}
        {error !== null && <p className="hint">Could not be read: {error}</p>}
      </div>
      {books !== null && (
        <dl className="books-figures">
          <Figure name="Issued" value={books.issued} />
          <Figure name="Redeemed" value={books.redeemed} />
          <Figure name="In wallets" value={books.wallets} />
          <Figure name="Held" value={books.held} />
          {Number(books.offline) !== 0 && <Figure name="Offline" value={books.offline} />}
          <Figure name="Non-cash" value={books.nonCash} />
          {merchant && (
            <Figure
              key={`${merchant.id} digital`}
              name="Merchant, digital"
              value={merchant.digital}
              leg="direct"
            />
          )}
          {merchant && (
            <Figure
              key={`${merchant.id} non-cash`}
              name="Merchant, non-cash"
              value={merchant.nonCash}
              leg="convert"
            />
          )}
        </dl>
      )}
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly leg?: 'direct' | 'convert';
}

function Figure({ name, value, leg }: FigureProps) {
  const [firstValue] = useState(value);
  return (
    <div className="figure" data-leg={leg}>
      <dt>{name}</dt>
      {/* A new value is a new element, so that the change can be seen. */}
      <dd key={value} data-changed={value !== firstValue}>
        {displayAmount(value)}
      </dd>
    </div>
  );
}

function BalanceMark({ balanced }: { readonly balanced: boolean }) {
  return (
    <p className="balance-mark" data-balanced={balanced}>
      {balanced ? <CheckIcon /> : <CrossIcon />}
      {balanced ? 'Books balance' : 'Books do not balance'}
    </p>
  );
}
