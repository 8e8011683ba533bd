import { DialectError } from './dialect-error.ts';

/** The keys of one object of a dialect's JSON form; remembers which were asked for, so that a misspelt one is not ignored. */
export class SpecKeys {
  readonly #path: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();

  constructor(path: string, values: unknown) {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new DialectError(path.replace(/\.$/, '') || 'dialect', 'expected an object');
    }
    this.#path = path;
    this.#values = values as Record<string, unknown>;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  value(key: string): unknown {
    this.#known.add(key);
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
  }

  text(key: string): string | undefined {
    return this.#typed(key, 'string') as string | undefined;
  }

  number(key: string): number | undefined {
    return this.#typed(key, 'number') as number | undefined;
  }

  flag(key: string): boolean | undefined {
    return this.#typed(key, 'boolean') as boolean | undefined;
  }

  requiredNumber(key: string): number {
    return this.number(key) ?? this.#missing(key, 'a number');
  }

  /** The objects of a list. */
  list(key: string): SpecKeys[] {
    const values = this.value(key);
    if (!Array.isArray(values)) throw new DialectError(this.#path + key, 'expected a list');
    return values.map((value, index) => new SpecKeys(`${this.#path}${key}.${index}.`, value));
  }

  requiredText(key: string): string {
    return this.text(key) ?? this.#missing(key, 'a string');
  }

  object(key: string): SpecKeys {
    return new SpecKeys(`${this.#path}${key}.`, this.value(key));
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(key);
    const choice = choices.find((candidate) => candidate === text);
    if (text !== undefined && choice === undefined) {
      throw new DialectError(
        this.#path + key,
        `expected ${choices.join(', ')}, found "${text.slice(0, 40)}"`,
      );
    }
    return choice;
  }

  required<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    return this.choice(key, choices) ?? this.#missing(key, choices.join(', '));
  }

  problem(key: string, words: string): DialectError {
    return new DialectError(this.#path + key.slice(0, 40), words);
  }

  refuseOthers(): void {
    const other = this.keys().find((key) => !this.#known.has(key));
    if (other !== undefined) throw new DialectError(this.#path + other.slice(0, 40), 'unknown key');
  }

  #typed(key: string, type: 'string' | 'number' | 'boolean'): unknown {
    const value = this.value(key);
    if (value !== undefined && typeof value !== type) {
      throw new DialectError(this.#path + key, `expected a ${type}, found a ${typeof value}`);
    }
    return value;
  }

  #missing(key: string, expected: string): never {
    throw new DialectError(this.#path + key, `missing: expected ${expected}`);
  }
}
