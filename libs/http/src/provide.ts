import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/** The name under which a module holds something that has no class of its own, with its type. */
export type Key<T> = symbol & { readonly __held?: T };

/** Every call makes another key, whatever the name: that is for people who read an error of NestJS. */
export function key<T>(name: string): Key<T> {
  return Symbol(name);
}

/** Under what a module holds a part: its class, or a key. */
export type Token<T> = Key<T> | (abstract new (...args: never[]) => T);

type TokensOf<Parts extends readonly unknown[]> = {
  readonly [Index in keyof Parts]: Token<Parts[Index]>;
};
type PartsOf<Tokens extends readonly Token<unknown>[]> = {
  [Index in keyof Tokens]: Tokens[Index] extends abstract new (...args: never[]) => infer T
    ? T
    : Tokens[Index] extends Key<infer T>
      ? T
      : never;
};

/**
 * Provides a class that is made with `new`, held under itself. `tokens` name the parts that its constructor takes, in
 * its order; the compiler checks that they fit, which it cannot with `inject`.
 */
export function provide<Parts extends readonly unknown[], T>(
  type: new (...parts: Parts) => T,
  ...tokens: TokensOf<Parts>
): FactoryProvider<T> {
  return {
    provide: type,
    useFactory: (...parts: unknown[]) => new type(...(parts as never)),
    inject: tokens as never,
  };
}

/** Provides what `make` makes of the parts that `tokens` name. */
export function provideBy<T, const Tokens extends readonly Token<unknown>[]>(
  held: Token<T>,
  tokens: Tokens,
  make: (...parts: PartsOf<Tokens>) => NoInfer<T> | Promise<NoInfer<T>>,
): FactoryProvider<T> {
  return { provide: held as InjectionToken<T>, useFactory: make as never, inject: tokens as never };
}
