import type * as codedValues from './coded-values.ts';
import type { VALUE_LAYOUTS } from './value-layouts.ts';

type Layouts = (typeof VALUE_LAYOUTS)[keyof typeof VALUE_LAYOUTS];
type FlagsOf<Layout> = Layout extends { readonly flags: infer Flags } ? Flags[keyof Flags] : never;
type FieldsOf<Layout> = Layout extends { readonly fields: readonly (infer Field)[] } ? Field : never;
type MeaningOf<Part> = Part extends { readonly meaning: infer Meaning extends string } ? Meaning : never;
type TextsOf<Table> = Table extends Readonly<Record<string | number, string>> ? Table[keyof Table] : never;

/** Every English word this folder says, gathered from its tables: a language lacking one does not compile. */
export type Phrase =
  | MeaningOf<FlagsOf<Layouts>>
  | MeaningOf<FieldsOf<Layouts>>
  | TextsOf<(typeof codedValues)[keyof typeof codedValues]>;
