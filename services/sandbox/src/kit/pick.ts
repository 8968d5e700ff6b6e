/** Spreads neighbouring numbers over a list (Knuth's multiplicative hash); another salt, another spread. */
export function pick(list: readonly string[], number: number, salt: number): string {
  const mixed = Math.imul((number ^ salt) >>> 0, 2_654_435_761) >>> 0;
  return list[mixed % list.length]!;
}
