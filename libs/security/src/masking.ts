import { createHmac } from 'node:crypto';

// Personal data as logs and screens may show it: enough for the owner to recognise, not enough to learn.

const VISIBLE_TAIL = 4;

/**
 * The first letter of every word, with its marks: "Sok Dara" -> "S*** D***". The number of stars says nothing about
 * the length of the name.
 */
export function maskName(name: string): string {
  return name
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map((word) => `${/^.\p{M}*/u.exec(word)?.[0] ?? ''}***`)
    .join(' ');
}

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

/**
 * A keyed hash (HMAC-SHA-256, base64url) of a proxy or account: equal inputs can be found and counted without keeping
 * them. Without the key nobody can try all telephone numbers.
 */
export function hashProxy(key: Uint8Array, proxyType: string, proxy: string): string {
  return createHmac('sha256', key).update(`${proxyType}\u0000${proxy}`).digest('base64url');
}
