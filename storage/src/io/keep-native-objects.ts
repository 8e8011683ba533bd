import Sqlite from 'better-sqlite3';

/**
 * From Node.js 24.21 on, a native object compiled against its headers (`node_object_wrap.h`) aborts the process when the
 * garbage collector destroys it outside any JavaScript context: `Assertion failed: (env) != nullptr`. So nothing native
 * is left to the collector there: statements, iterators and handles stay referenced until the process ends. A process opens a
 * handful of files with a few dozen statements each; closing a file still frees its memory.
 */
const FIRST_MAJOR_AFFECTED = 24;

const kept: unknown[] = [];

function keep<T>(native: T): T {
  kept.push(native);
  return native;
}

type Method = (this: unknown, ...parameters: unknown[]) => unknown;

/** Replaces a method by one whose results are kept. */
function keepResults(prototype: Record<string, Method>, name: string): void {
  const original = prototype[name];
  if (!original) return;
  prototype[name] = function (...parameters) {
    return keep(original.apply(this, parameters));
  };
}

const isAffected = Number(process.versions.node.split('.')[0]) >= FIRST_MAJOR_AFFECTED;
if (isAffected) keepNativeObjects();

function keepNativeObjects(): void {
  const database = Sqlite.prototype as unknown as Record<string, Method>;
  const probe = keep(new Sqlite(':memory:'));
  const statement = Object.getPrototypeOf(keep(probe.prepare('SELECT 1'))) as Record<string, Method>;
  keepResults(database, 'prepare');
  keepResults(statement, 'iterate');
  // Its own makes a statement that nobody else can hold.
  database.pragma = function (...[source, options]) {
    const prepared = (this as Sqlite.Database).prepare(`PRAGMA ${String(source)}`);
    const simple = (options as { simple?: boolean } | undefined)?.simple === true;
    if (prepared.reader) return simple ? prepared.pluck().get() : prepared.all();
    prepared.run();
    return simple ? undefined : [];
  };
}

/** A handle that is not left to the garbage collector where that would abort the process. */
export function keptHandle(handle: Sqlite.Database): Sqlite.Database {
  return isAffected ? keep(handle) : handle;
}
