import { commandFor } from '@tonle/tool-tonle';
import type { Running } from './running.js';
import { noticeOf } from './terminal.js';

/** What an installation that runs tells the person at the terminal; its commands reach this one, wherever it was put. */
export function banner(
  title: string,
  running: Pick<Running, 'home' | 'gatewayUrl' | 'notice'>,
  givenHome: string,
): string {
  const { home, gatewayUrl } = running;
  const tonle = commandFor(givenHome, gatewayUrl);
  return `
${title} Data, keys and logs: ${home}
  API        ${gatewayUrl}/docs
  pay        ${tonle} pay --qr "$(./tonle qr sample thai)" --amount 820.00 --wait 10
  look       ${tonle} payment list
  audit      ${tonle} audit
${noticeOf(running)}Press Ctrl-C to stop.`;
}
