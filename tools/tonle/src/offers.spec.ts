import { describe, expect, it } from '@jest/globals';
import { writeKhqr, writeQr, type QrWriting } from '@tonle/emvqr';
import type { CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { lookUp, runLookup } from './lookup.js';
import { networksFor, networksText } from './qr-networks.js';

// A code or account that several networks can pay, on the command line. The gateway is made up.

const NOW = Date.parse('2026-11-20T03:00:00Z');
const UNIONPAY = '2771041800520446LAOM00000000001';
const textOf = (writing: QrWriting): string => (writing.kind === 'written' ? writing.text : writing.detail);
const lao = textOf(
  writeQr({
    scheme: 'LAOQR',
    fields: { iin: '27710418', paymentType: '002', receiverId: 'aBc', expiryMs: String(NOW + 5) },
    rawAccounts: { '15': UNIONPAY },
    currency: 'LAK',
  }),
);
const khqr = textOf(
  writeKhqr({ bakongAccountId: 'a@angkor', currency: 'KHR', payeeName: 'A', unionPayAccount: UNIONPAY }),
);

const corridorTo = (id: string, schemes: string[], more: object = {}, outbound?: string) => ({
  corridor: `KH-${id}`,
  home: { network: 'BAKONG', schemes: ['KHQR'] },
  partner: { network: id, schemes, ...more },
  closedBecause: { outbound },
});
const gatewayOf = (answer: unknown) => (): GatewayClient =>
  ({ ask: () => Promise.resolve(answer) }) as unknown as GatewayClient;

describe('the networks that could pay a code', () => {
  const corridors = [
    corridorTo('REEF', ['LAOQR']),
    corridorTo('CARDS', ['UNIONPAY'], {}, 'CARDS is paused.'),
  ];
  const shown = async (text: string, nowMs = NOW, listed: object[] = corridors) =>
    networksText(await networksFor(gatewayOf({ corridors: listed }), text, nowMs));

  it('are those whose schemes it has, with what is in the way', async () => {
    expect(await shown(lao)).toBe(
      'REEF in KH-REEF (LAOQR); CARDS in KH-CARDS (UNIONPAY), but CARDS is paused',
    );
    expect(await shown(lao, NOW + 5)).toContain('REEF in KH-REEF (LAOQR), but QR_EXPIRED at character');
    const elsewhere = corridorTo('CARDS', ['UNIONPAY'], { codeCountries: { UNIONPAY: ['CN'] } });
    expect(await shown(lao, NOW, [elsewhere])).toBe('no network of this switch');
  });

  it('are the home network alone where it pays the code', async () => {
    expect(await shown(khqr)).toBe('BAKONG itself (KHQR)');
  });

  it('are not known without a switch', async () => {
    const away = () => {
      throw new UsageError('no key');
    };
    expect(networksText(await networksFor(away, lao, NOW))).toBe('not known: no switch answers here');
  });
});

describe('a payee with several offers', () => {
  const offerOf = (id: string, source: string, rankedBecause: string) => ({
    lookupId: id,
    corridor: `KH-${id}`,
    network: id,
    payee: { displayName: 'Khop Chai Deu', account: '***', accountType: 'LAOQR' },
    currency: 'LAK',
    validUntil: '2026-11-20T03:10:00Z',
    rankedBecause,
    price: { source: { currency: 'KHR', amount: source }, totalCostPercent: '0.25' },
  });
  const offers = [offerOf('CARDS', '10700.00', 'cheapest'), offerOf('REEF', '10900.00', 'dearer')];
  const notOffered = [{ corridor: 'KH-X', network: 'X', code: 'partner_silent' }];
  const gateway = gatewayOf({ ...offers[0]!, offers, notOffered });

  it('is the best one, or that of a corridor', async () => {
    expect(await lookUp(gateway(), { qr: lao })).toMatchObject({ lookupId: 'CARDS' });
    expect(await lookUp(gateway(), { qr: lao, corridor: 'KH-REEF' })).toMatchObject({ lookupId: 'REEF' });
    await expect(lookUp(gateway(), { qr: lao, corridor: 'KH-Z' })).rejects.toThrow(
      'Corridor KH-Z does not offer this payee; use one of KH-CARDS, KH-REEF.',
    );
  });

  it('is shown with all of them', async () => {
    const lines: string[] = [];
    const output = { json: false, out: (text: string) => void lines.push(text), err: () => undefined };
    await runLookup({ output, gateway } as unknown as CommandContext, { qr: lao });
    expect(lines.join('\n').split('\n').slice(-4)).toEqual([
      '  CORRIDOR  NETWORK      SOURCE    COST',
      '  KH-CARDS  CARDS    10,700 KHR  0.25 %  cheapest',
      '  KH-REEF   REEF     10,900 KHR  0.25 %  dearer',
      '  KH-X      X                 -       -  partner_silent',
    ]);
  });
});
