// Checks of identifiers that carry their own proof.

/** Digits of a text in which letters stand for 10 to 35 (ISO 7064, mod 97-10). */
function remainder97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** Whether an IBAN's check digits hold (ISO 13616). */
export function isIban(iban: string): boolean {
  return iban.length >= 15 && remainder97((iban.slice(4) + iban.slice(0, 4)).toUpperCase()) === 1;
}

/** Whether a legal entity identifier's check digits hold (ISO 17442). */
export function isLei(lei: string): boolean {
  return remainder97(lei) === 1;
}
