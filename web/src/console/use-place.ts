import { useCallback, useEffect, useState } from 'react';
import { type Place, readPlace, writePlace } from './console-url.ts';

/** The place the address names, and how to go to another: a step of the history, or in place of this one. */
export function usePlace(): readonly [Place, (change: Partial<Place>, how?: 'push' | 'replace') => void] {
  const [place, setPlace] = useState(() => readPlace(window.location.search));
  useEffect(() => {
    const onPop = () => setPlace(readPlace(window.location.search));
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, []);
  const go = useCallback((change: Partial<Place>, how: 'push' | 'replace' = 'replace') => {
    setPlace((before) => {
      const next = { ...before, ...change };
      const address = `${window.location.pathname}${writePlace(next)}`;
      if (how === 'push') window.history.pushState(null, '', address);
      else window.history.replaceState(null, '', address);
      return next;
    });
  }, []);
  return [place, go];
}
