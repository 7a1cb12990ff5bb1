/**
 * From a schema of the server's document to the type that the pages use.
 *
 * The document says less than the server does: a field that may be null counts as optional there although it is always
 * sent, a field that is left out counts as nullable, and a closed set of words is a string.
 */

type DeepReadonly<T> = T extends readonly (infer U)[] ? readonly DeepReadonly<U>[] : T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Fields with a type that says more than the schema; they must exist in it, with a type that allows theirs. */
type Narrowing<T, N> = { [K in keyof N]: K extends keyof T ? DeepReadonly<Exclude<T[K], undefined>> : never };

type Flat<T> = { [K in keyof T]: T[K] };

/** An answer: all fields are there but `Absent`, which are left out when they have no value; `N` says more of some. */
export type Answer<T, Absent extends keyof T = never, N extends Narrowing<T, N> = object> = Flat<
  { [K in Exclude<keyof T, Absent | keyof N>]-?: Exclude<T[K], undefined> } & { [K in Exclude<Absent, keyof N>]?: NonNullable<T[K]> } & N
>;

/** A request as the schema has it; `N` says more of some fields. */
export type Request<T, N extends Narrowing<T, N> = object> = Flat<Omit<T, keyof N> & N>;
