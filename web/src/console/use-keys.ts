import { useEffect, useRef } from 'react';

/** What a key does anywhere on the page, outside of fields that take text. */
export type KeyActions = Readonly<Record<string, () => void>>;

/** Listens to keys without Ctrl, Alt or Meta; Escape also from within a field. */
export function useKeys(actions: KeyActions): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  }, [actions]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const { target } = event;
      if (!(target instanceof HTMLElement) || target.closest('dialog') !== null) return;
      if (target.matches('input, select, textarea') && event.key !== 'Escape') return;
      const action = Object.hasOwn(current.current, event.key) ? current.current[event.key] : undefined;
      if (action === undefined) return;
      action();
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
