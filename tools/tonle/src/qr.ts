import { printableValue } from '@tonle/contracts';
import {
  isConsumerCode,
  khqrMd5,
  nameObjects,
  maskCard,
  readConsumerCode,
  readQr,
  type ConsumerReading,
  type QrRead,
} from '@tonle/emvqr';
import { list, show } from './output.js';
import { networksFor, networksText, type PayingNetwork } from './qr-networks.js';
import type { CommandContext } from './command-context.js';

/** `tonle qr read`: what a code says, and which networks of the switch could pay it. Exit 0 when it was read, also when it has expired: that is said. */
export async function runQrRead({ output, gateway }: CommandContext, text: string): Promise<number> {
  if (isConsumerCode(text)) return showConsumer(output, readConsumerCode(text));
  const nowMs = Date.now();
  const reading = readQr(text, nowMs);
  if (reading.kind === 'refused') {
    show(
      output,
      reading,
      () =>
        `This QR code cannot be paid: ${reading.outcome}\n  ${printableValue(reading.detail)}\n  At character ${reading.at + 1}.`,
    );
    return 1;
  }
  const md5 = reading.scheme === 'KHQR' ? khqrMd5(text) : undefined;
  const networks = await networksFor(gateway, text, nowMs);
  const more = { ...(md5 !== undefined && { md5 }), ...(networks !== undefined && { networks }) };
  show(output, { ...reading, ...more }, () => readingText(reading, md5, networks));
  return 0;
}

function readingText(
  reading: QrRead,
  md5: string | undefined,
  networks: readonly PayingNetwork[] | undefined,
): string {
  const { account } = reading;
  const scheme = account.variant === undefined ? reading.scheme : `${reading.scheme} ${account.variant}`;
  const lines = [`${scheme}${reading.expired ? ', EXPIRED' : ''}`];
  lines.push(
    list([
      [
        'payee',
        [reading.payeeName, reading.payeeCity, reading.country]
          .filter((part) => part !== undefined)
          .join(', '),
      ],
      ['account', account.account === '' ? undefined : `${account.account} (${account.accountType})`],
      ['amount', amountText(reading)],
      ['tip', tipText(reading)],
      ['currency', reading.currency],
      ['category', reading.merchantCategory],
      ['kind', reading.initiation],
      [
        'expires',
        reading.expiresAtMs === undefined ? undefined : new Date(reading.expiresAtMs).toISOString(),
      ],
      ...Object.entries(account.fields).map(([name, value]): [string, string] => [
        `${account.tag} ${name}`,
        value,
      ]),
      ...Object.entries(reading.additional).map(([name, value]): [string, string] => [`62 ${name}`, value]),
      ...reading.asked.map((name): [string, string] => [`62 ${name}`, 'the payer is asked']),
      ...Object.entries(reading.alternate).map(([name, value]): [string, string] => [`64 ${name}`, value]),
      ...otherObjects(reading),
      ['md5', md5],
      ['paid by', networksText(networks)],
    ]),
  );
  const others = reading.accounts.filter((other) => other !== account);
  if (others.length > 0)
    lines.push(
      printableValue(`  also: ${others.map(({ tag, scheme: id }) => `${id} (tag ${tag})`).join(', ')}`),
    );
  for (const { outcome, detail } of reading.findings)
    lines.push(printableValue(`  note: ${outcome}: ${detail}`));
  return lines.join('\n');
}

/** A code that is an address says nothing but who knows more. */
function amountText({ amount, currency }: QrRead): string {
  if (amount !== undefined) return `${amount} ${currency ?? ''}`;
  return currency === undefined ? 'a lookup tells: only its network can read it' : 'the payer enters it';
}

function tipText({ tip, currency }: QrRead): string | undefined {
  if (tip === undefined) return undefined;
  if (tip.kind === 'asked') return 'the payer is asked';
  return tip.kind === 'fixed' ? `${tip.amount} ${currency ?? ''}`.trim() : `${tip.percent} %`;
}

/** What the lines above do not say: reserved data objects and templates of the scheme's or the acquirer's own. */
function otherObjects({ fields }: QrRead): [string, string][] {
  return nameObjects(fields)
    .filter(({ path }) => /^(?:6[5-9]|[7-9]\d)|^62\/[5-9]\d\//.test(path))
    .map(({ path, name, value }) => [`${path} ${name}`, value]);
}

function showConsumer(output: CommandContext['output'], reading: ConsumerReading): number {
  if (reading.kind === 'refused') {
    show(
      output,
      reading,
      () =>
        `This QR code cannot be read: ${reading.outcome}\n  ${printableValue(reading.detail)}\n  At byte ${reading.at}.`,
    );
    return 1;
  }
  const { form, scheme, applicationId, account } = reading;
  const shown = account === undefined ? undefined : maskCard(account);
  show(
    output,
    { kind: reading.kind, form, scheme, applicationId, account: shown },
    () =>
      `A QR code that a payer shows, ${scheme}\n${list([
        ['form', form],
        ['application', applicationId],
        ['account', shown],
      ])}`,
  );
  return 0;
}
