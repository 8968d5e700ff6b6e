// Personal data as logs and screens may show it: enough for the owner to recognise, not enough to learn.

const VISIBLE_TAIL = 4;

/**
 * The last four characters, or of short ids none: "0066812345678" -> "***5678". The domain of an id like
 * `name@domain` names a bank, not a person, and stays: "u0000123@mekong" -> "***0123@mekong".
 */
export function maskAccount(account: string): string {
  const at = account.lastIndexOf('@');
  const local = at < 0 ? account : account.slice(0, at);
  const domain = at < 0 ? '' : account.slice(at);
  const tail = local.length >= 2 * VISIBLE_TAIL ? local.slice(-VISIBLE_TAIL) : '';
  return `***${tail}${domain}`;
}
