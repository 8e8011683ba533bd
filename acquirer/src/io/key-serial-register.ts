import { createGroupCommit, openDatabase } from '@kassa/storage';

/** Schema of `serials.db`: which serial number of which PIN pad was used by which payment. */
const MIGRATIONS = [
  `CREATE TABLE key_serials (
     key_set TEXT NOT NULL,
     ksn TEXT NOT NULL,
     transaction_id TEXT NOT NULL,
     PRIMARY KEY (key_set, ksn)
   ) STRICT, WITHOUT ROWID;`,
] as const;

/** A use of a PIN pad's key. */
export interface KeySerialUse {
  /** The injection: the serial number with its counter at zero, 20 hexadecimal digits. */
  readonly set: string;
  /** 20 hexadecimal digits. */
  readonly ksn: string;
  readonly transactionId: string;
}

/** `used-up`: the last key of the set was used before this. */
export type KeySerialUseVerdict = 'taken' | 'replayed' | 'used-up';

/** Serial numbers only ever increase (ANSI X9.24-1): each serves one payment, and its repeats. */
export interface KeySerialRegister {
  /** On disk when it resolves. @param lastOfSet the serial number no other follows. @throws (rejects) StorageError */
  take(use: KeySerialUse, lastOfSet: string): Promise<KeySerialUseVerdict>;
  close(): Promise<void>;
}

export function openKeySerialRegister(path: string): KeySerialRegister {
  const db = openDatabase(path, {
    application: 'serials',
    schemaVersion: MIGRATIONS.length,
    migrations: MIGRATIONS,
  });
  const commit = createGroupCommit(db);
  const find = db.prepare<[string, string], { transaction_id: string }>(
    'SELECT transaction_id FROM key_serials WHERE key_set = ? AND ksn = ?',
  );
  // Hexadecimal digits of one length: their order is that of the counters.
  const highest = db.prepare<[string], { ksn: string | null }>(
    'SELECT max(ksn) AS ksn FROM key_serials WHERE key_set = ?',
  );
  const insert = db.prepare('INSERT INTO key_serials VALUES (:set, :ksn, :transactionId)');
  return {
    take: (use, lastOfSet) =>
      commit.run((): KeySerialUseVerdict => {
        const { set, ksn, transactionId } = use;
        if (find.get(set, ksn)?.transaction_id === transactionId) return 'taken';
        const used = highest.get(set)?.ksn ?? set;
        if (used === lastOfSet) return 'used-up';
        if (ksn <= used) return 'replayed';
        insert.run({ set, ksn, transactionId });
        return 'taken';
      }),
    async close() {
      await commit.drain();
      db.close();
    },
  };
}
