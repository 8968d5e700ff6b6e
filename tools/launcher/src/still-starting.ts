const NEWS_EVERY_MS = 30_000;

/**
 * Waits for a start, and tells again and again that it lasts: what lives is not given up for being slow, and whoever looks
 * on knows what is waited for.
 */
export function toldWhile<T>(starting: Promise<T>, tell: () => void): Promise<T> {
  const news = setInterval(tell, NEWS_EVERY_MS);
  return starting.finally(() => clearInterval(news));
}
