import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LegCommand } from '@tonle/contracts';
import type { AskedLeg, PreparedLeg, WireReply, WireRequest } from '@tonle/network';
import { conditionOf, fulfilmentOf, writeError, writeIlpPacket } from '@tonle/network-fspiop';
import { rwandaInbound } from './inbound.js';
import { rwandaRail } from './rail.js';
import { rwandaSettings } from './settings.js';

const settings = rwandaSettings.parse({ TONLE_SANDBOX: 'true' });
const rail = rwandaRail(settings);
const FULFILMENT = fulfilmentOf('a transaction', Buffer.from('a secret'));
const CONDITION = conditionOf(FULFILMENT);
const packetOf = (amount: bigint) =>
  writeIlpPacket({ amount, destination: 'g.ekash.kivubank', transaction: '{}' });
const TERMS = { fsp: 'KIVUBANK', ilpPacket: packetOf(12_000n), condition: CONDITION };
const COMMAND = {
  legKey: '01890000-0000-7000-8000-000000000001:C',
  paymentId: '01890000-0000-7000-8000-000000000001',
  leg: 'credit',
  amount: { currency: 'RWF', minor: '12000' },
  debtor: { name: 'Sok Dara', account: 'u0000132@mekong', accountType: 'bakong' },
  creditor: { name: 'Keza Uwase', account: '250788123456', accountType: 'MBNO' },
  sendBefore: '2026-11-22T10:00:55.000Z',
} as LegCommand;
const ID = '01890000-0000-4000-8000-000000000001';
const LEG: AskedLeg = { command: COMMAND, parties: {}, externalRef: ID, terms: TERMS };
const SEND = 'POST transfers';
const ENQUIRE = 'GET transfers';

function answered(body: unknown, status = 200): WireReply {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { kind: 'answered', status, headers: {}, bytes };
}
const error = (code: string, status = 200): WireReply => answered(writeError(code), status);
const aborted = (value: string) =>
  answered({ transferState: 'ABORTED', extensionList: { extension: [{ key: 'cause', value }] } });
const SILENT: WireReply = { kind: 'ambiguous', because: 'timeout' };
const AWAY: WireReply = { kind: 'not_sent', because: 'ECONNREFUSED' };
const committed = (fulfilment?: string) => answered({ transferState: 'COMMITTED', fulfilment });
const prepared = rail.prepare(COMMAND, {}) as PreparedLeg;
const bodyOf = ({ body }: WireRequest) => JSON.parse(Buffer.from(body!).toString()) as object;

describe('a transfer', () => {
  it.each<[string, WireReply, string, object]>([
    ['is paid by its fulfilment', committed(FULFILMENT), SEND, { kind: 'accepted', partnerRef: ID }],
    ['is paid, as it is found', committed(FULFILMENT), ENQUIRE, { kind: 'accepted' }],
    ['has the fulfilment of another', committed(CONDITION), SEND, { kind: 'conflicting' }],
    ['is committed by nothing', committed(), SEND, { kind: 'ambiguous' }],
    ['is reserved', answered({ transferState: 'RESERVED' }), ENQUIRE, { kind: 'in_progress' }],
    ['is received', answered({ transferState: 'RECEIVED' }), ENQUIRE, { kind: 'in_progress' }],
    ['is aborted', answered({ transferState: 'ABORTED' }), ENQUIRE, { kind: 'rejected', reason: 'MS03' }],
    ['is aborted, and why', aborted('3303: Transfer expired'), ENQUIRE, { kind: 'rejected', reason: 'TM01' }],
    ['is aborted by a code of no table', aborted('9999'), ENQUIRE, { kind: 'rejected', reason: 'MS03' }],
    ['has expired', error('3303'), SEND, { kind: 'rejected', reason: 'TM01' }],
    ['has expired, as is found', error('3303'), ENQUIRE, { kind: 'rejected', reason: 'TM01' }],
    ['is for a closed account', error('5107'), SEND, { kind: 'rejected', reason: 'AC04' }],
    ['was not understood', error('3101', 400), SEND, { kind: 'rejected', reason: 'FF01' }],
    ['whose question was not understood', error('3101', 400), ENQUIRE, { kind: 'ambiguous' }],
    ['has another under its id', error('3106'), SEND, { kind: 'conflicting' }],
    ['is not known', error('3208'), ENQUIRE, { kind: 'not_found' }],
    ['is not known when it is sent', error('3208'), SEND, { kind: 'ambiguous' }],
    ['met a switch that is busy', error('2005', 503), SEND, { kind: 'ambiguous' }],
    ['met a code of no table', error('9999'), SEND, { kind: 'ambiguous', unmapped: '9999' }],
    ['met a page', answered('<html>', 502), SEND, { kind: 'ambiguous', because: 'HTTP 502' }],
    ['met silence', SILENT, SEND, { kind: 'ambiguous', because: 'timeout' }],
    ['is for an FSP that is not there', error('3203', 400), SEND, { kind: 'rejected', reason: 'RC04' }],
    ['whose question met no FSP', error('3201'), ENQUIRE, { kind: 'ambiguous' }],
    ['never left', AWAY, SEND, { kind: 'not_sent' }],
  ])('%s', (_what, reply, asked, expected) => {
    expect(rail.read(reply, LEG, asked)).toMatchObject(expected);
  });

  it.each([
    ['INZOVUPAY', 'ambiguous'],
    ['KIVUBANK', 'rejected'],
    ['EKASH', 'rejected'],
  ])('is refused by %s: %s', (source, kind) => {
    const reply = { ...error('5107'), headers: { 'fspiop-source': source } };
    expect(rail.read(reply as WireReply, LEG, SEND)).toMatchObject({ kind });
  });

  it('repeats what was agreed, and has to be there when it may leave last', () => {
    const request = rail.send({ ...prepared, terms: TERMS });
    expect(request).toMatchObject({ method: 'POST', path: '/transfers', answeredAt: `transfers/${ID}` });
    expect(request.headers).toMatchObject({ 'fspiop-destination': 'KIVUBANK' });
    expect(bodyOf(request)).toEqual({
      transferId: ID,
      payeeFsp: 'KIVUBANK',
      payerFsp: 'TONLE',
      amount: { currency: 'RWF', amount: '12000' },
      ilpPacket: TERMS.ilpPacket,
      condition: CONDITION,
      expiration: COMMAND.sendBefore,
    });
  });

  it('is asked for by its id; without terms nothing was sent', () => {
    const ask = (terms?: typeof TERMS) =>
      rail.enquire({ ...LEG, terms } as Parameters<typeof rail.enquire>[0], 0);
    const answeredAt = `transfers/${ID}`;
    expect(ask(TERMS)).toMatchObject({ method: 'GET', path: `/transfers/${ID}`, answeredAt });
    expect(ask()).toEqual({ kind: 'not_found' });
  });

  it('has the same bytes whoever is found to have the payee', () => {
    const again = rail.prepare(COMMAND, {}) as PreparedLeg;
    expect(again).toEqual(prepared);
    expect(prepared.externalRef).toBe(ID);
  });
});

describe('a call-back that nobody waits for', () => {
  const { routes } = rwandaInbound(settings);
  const route = (name: string) => routes[name] as Extract<(typeof routes)[string], { kind: 'answers' }>;
  const message = (body: unknown, path = `/transfers/${ID}`, source = 'KIVUBANK') => {
    return { bytes: Buffer.from(JSON.stringify(body)), headers: { 'fspiop-source': source }, path };
  };
  const leg = (name: string, body: unknown) => route(name).leg!.read(message(body), LEG);

  it('ends a leg when it is definite, whatever was asked', () => {
    const paid = { transferState: 'COMMITTED', fulfilment: FULFILMENT };
    expect(leg('PUT /transfers/:id', paid)).toMatchObject({ kind: 'accepted' });
    expect(leg('PUT /transfers/:id/error', writeError('5107'))).toMatchObject({ kind: 'rejected' });
  });

  it('says nothing of a leg by an FSP that has no part in it', () => {
    const told = message(writeError('5107'), `/transfers/${ID}/error`, 'INZOVUPAY');
    expect(route('PUT /transfers/:id/error').leg!.read(told, LEG)).toMatchObject({ kind: 'ambiguous' });
  });

  it.each(['3208', '3201', '3203', '3101', '3106', '2001', '9999'])('says nothing of a leg by %s', (code) => {
    expect(leg('PUT /transfers/:id/error', writeError(code))).toMatchObject({ kind: 'ambiguous' });
  });

  it.each([
    ['PUT /parties/:type/:id', '/parties/MSISDN/250788123456', 'parties/MSISDN/250788123456'],
    ['PUT /parties/:type/:id/error', '/parties/ALIAS/a%40b/error', 'parties/ALIAS/a@b'],
    ['PUT /quotes/:id', `/quotes/${ID}`, `quotes/${ID}`],
    ['PUT /transfers/:id/error', `/transfers/${ID}/error`, `transfers/${ID}`],
    ['PUT /transfers/:id', '/nonsense', undefined],
  ])('%s is found by what it is about: %s', (name, path, key) => {
    expect(route(name).keyOf(message({}, path))).toBe(key);
  });
});

describe('terms', () => {
  const { terms } = rail;
  const PARTY = answered({
    party: {
      partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: '250788123456', fspId: 'KIVUBANK' },
      name: 'Keza Uwase',
    },
  });
  const money = (amount: string, currency = 'RWF') => ({ currency, amount });
  const quote = (more: object = {}) =>
    answered({
      transferAmount: money('12000'),
      expiration: '2026-11-22T10:02:00.000Z',
      ilpPacket: TERMS.ilpPacket,
      condition: CONDITION,
      ...more,
    });
  const unsigned: AskedLeg = { command: COMMAND, parties: {}, externalRef: ID };
  const readQuote = (reply: WireReply) => terms!.read(reply, unsigned, [PARTY]);

  it('begin with the payee, wherever it is by now', () => {
    expect(terms!.ask(prepared)).toMatchObject({
      method: 'GET',
      path: '/parties/MSISDN/250788123456',
      answeredAt: 'parties/MSISDN/250788123456',
    });
  });

  it('are asked of the FSP that has it', () => {
    const request = terms!.read(PARTY, unsigned, []) as WireRequest;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/quotes',
      answeredAt: 'quotes/01890000-0000-2000-8000-000000000001',
      headers: { 'fspiop-destination': 'KIVUBANK' },
    });
    expect(bodyOf(request)).toMatchObject({
      amountType: 'RECEIVE',
      amount: money('12000'),
      payee: { partyIdInfo: { fspId: 'KIVUBANK' } },
    });
  });

  it('are kept as they were given', () => {
    expect(readQuote(quote())).toEqual({ kind: 'agreed', terms: TERMS });
    expect(readQuote(quote({ payeeReceiveAmount: money('12000') }))).toMatchObject({ kind: 'agreed' });
  });

  it.each<[string, object]>([
    ['move more', { transferAmount: money('12100') }],
    ['move another currency', { transferAmount: money('12000', 'KHR') }],
    ['pay less', { payeeReceiveAmount: money('11900') }],
    ['have a packet of another amount', { ilpPacket: packetOf(12_100n) }],
  ])('that %s are refused', (_what, more) => {
    expect(readQuote(quote(more))).toMatchObject({ kind: 'rejected', reason: 'AM09' });
  });

  it.each<[string, WireReply, object]>([
    ['silence', SILENT, { kind: 'not_sent' }],
    ['a switch that is away', AWAY, { kind: 'not_sent' }],
    ['a switch that is busy', error('2003'), { kind: 'not_sent' }],
    ['a code of no table', error('9999'), { kind: 'not_sent' }],
    ['what cannot be read', quote({ condition: 'short' }), { kind: 'not_sent' }],
    ['a packet that is none', quote({ ilpPacket: 'AAAA' }), { kind: 'not_sent' }],
    ['a closed account', error('5107'), { kind: 'rejected', reason: 'AC04' }],
    ['a limit', error('5200'), { kind: 'rejected', reason: 'AM14' }],
  ])('are not there after %s', (_what, reply, expected) => {
    expect(readQuote(reply)).toMatchObject(expected);
  });

  it.each<[string, WireReply, object]>([
    ['silence', SILENT, { kind: 'not_sent' }],
    ['nobody', error('3204'), { kind: 'rejected', reason: 'BE23' }],
    [
      'somebody else',
      answered({
        party: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: '250788000000', fspId: 'F' } },
      }),
      { kind: 'not_sent' },
    ],
  ])('are not asked for after %s', (_what, reply, expected) => {
    expect(terms!.read(reply, unsigned, [])).toMatchObject(expected);
  });
});

it('what it does not know is ambiguous: no noise moves money', () => {
  const state = fc.constantFrom('COMMITTED', 'RESERVED', 'RECEIVED', 'ABORTED', 'LOST');
  const noise = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ transferState: state, fulfilment: fc.oneof(fc.string(), fc.constant(CONDITION)) }),
    fc.record({ errorInformation: fc.record({ errorCode: fc.string(), errorDescription: fc.string() }) }),
  );
  fc.assert(
    fc.property(
      noise,
      fc.integer({ min: 200, max: 599 }),
      fc.constantFrom(SEND, ENQUIRE),
      (body, status, asked) => {
        const { kind } = rail.read(answered(body, status), LEG, asked);
        expect(kind).not.toBe('accepted');
        expect(rail.terms!.read(answered(body, status), LEG, [])).not.toMatchObject({ kind: 'agreed' });
      },
    ),
  );
});
