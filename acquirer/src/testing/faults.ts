/** Where a call to a port fails: before it has done anything, or after, when only its answer is lost. */
export type FaultMoment = 'before' | 'after';

/** Stands between a part and its ports, and makes a chosen call fail. */
export interface Faults {
  /** Calls since the last {@link arm} or {@link clear}. */
  readonly calls: number;
  /** Names of these calls. */
  readonly names: readonly string[];
  /**
   * The call of that number, from 1, fails; `crash`: every call after it fails too, as of a process that is gone.
   */
  arm(call: number, moment: FaultMoment, kind: 'crash' | 'once'): void;
  /** From now on everything works. */
  clear(): void;
  guard<T>(name: string, call: () => Promise<T>): Promise<T>;
}

export function createFaults(): Faults {
  let armed: { call: number; moment: FaultMoment; kind: 'crash' | 'once' } | undefined;
  let names: string[] = [];
  return {
    get calls() {
      return names.length;
    },
    get names() {
      return names;
    },
    arm(call, moment, kind) {
      armed = { call, moment, kind };
      names = [];
    },
    clear() {
      armed = undefined;
      names = [];
    },
    async guard(name, call) {
      names.push(name);
      const number = names.length;
      if (!armed || number < armed.call) return call();
      if (number > armed.call) {
        if (armed.kind === 'crash') throw new Error(`${name}: the process is gone`);
        return call();
      }
      if (armed.moment === 'after') await call();
      throw new Error(`${name}: failed ${armed.moment} it was done`);
    },
  };
}
