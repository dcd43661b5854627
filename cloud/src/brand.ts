declare const brand: unique symbol;

/**
 * A text or a number that says what it is of, to the compiler alone: at runtime it is the plain value. It becomes
 * one in the one function that makes it, or in the type of a row as it is read.
 */
export type Brand<Plain, Name extends string> = Plain & { readonly [brand]: Name };

/** The same, where a plain value may stand as well: arithmetic gives plain numbers. Another brand may not. */
export type WeakBrand<Plain, Name extends string> = Plain & { readonly [brand]?: Name };
