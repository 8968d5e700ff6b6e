// Real: PostgreSQL, transport, NAPAS's simulator over mutual TLS: money signed over HTTP, questions with a token and a
// signature in their body. What payments the other way need, the end-to-end flows have.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '@tonle/adapter-vietnam';
import { adapterCalls, type LegCommand } from '@tonle/contracts';
import { readIso } from '@tonle/iso20022';
import { secureRandom, type RunningService } from '@tonle/platform';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  linesSince,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

const SERVICE = 'adapter-vietnam';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const calls = adapterCalls(SERVICE);
const SHOP = '970436SHOP00000123';
/** With its check digit. */
const CARD = '9704360123456780';

let world: AdapterWorld;
let running: RunningService;

beforeAll(async () => {
  world = await openAdapterWorld('adapter_vietnam');
  running = await start(world.platform(SERVICE), TUNING);
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  await running.close();
  await world.close();
});

/** 250,000 dong to an account. */
function creditTo(account: string, accountType: string, more: Partial<LegCommand> = {}): LegCommand {
  return legCommandOf('credit', {
    corridor: 'KH-VN',
    amount: { currency: 'VND', minor: '250000' },
    otherAmount: { currency: 'KHR', minor: '3816800' },
    rate: '6.55000000',
    creditor: { name: 'PHO CO NOODLES', account, accountType },
    creditorAgent: 'NAPAS',
    ...more,
  });
}
const strike = (operation: string, what: object) =>
  fault(world, { network: 'vietnam', operation, count: 1, ...what } as Parameters<typeof fault>[1]);

describe('a credit to NAPAS', () => {
  it.each([
    ['9704360123456789', 'BBAN', '970436', '0123456789'],
    [`970436${CARD}`, 'CARD', '970436', CARD],
    [SHOP, 'MERCHANT', '970436', 'SHOP00000123'],
  ])('to %s (%s) names the bank by its number, in whole dong', async (account, type, bank, number) => {
    const leg = creditTo(account, type);
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report).toMatchObject({ amount: leg.amount, partnerRef: expect.stringMatching(/^VN\d{8}/) });
    const [sent] = await world.database.database.query<{ bytes: Uint8Array }>(
      `SELECT bytes FROM evidence WHERE subject = $1 AND direction = 'out'`,
      [leg.legKey],
    );
    expect(readIso(Buffer.from(sent!.bytes))).toMatchObject({
      kind: 'read',
      message: {
        creditorAgent: { memberId: bank },
        creditorAccount: { id: number, scheme: type },
        instructedAgent: { bic: 'NAPSVNVXXXX' },
      },
    });
    expect(Buffer.from(sent!.bytes).toString()).toContain('<IntrBkSttlmAmt Ccy="VND">250000<');
  });

  it.each([
    ['9704369999456789', 'BBAN', 'AC01'],
    ['9704368888456789', 'BBAN', 'AC04'],
  ])('to %s is rejected with %s %s', async (account, type, reason) => {
    const leg = creditTo(account, type);
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'rejected')).toMatchObject([{ reason }]);
  });

  it('is asked about when nobody answers, and never paid twice; no token is needed for it', async () => {
    await fault(world, { network: 'vietnam', operation: 'oauth.token', fault: 'timeout_before' });
    await strike('pacs.008', { fault: 'timeout_after', delayMs: 100 });
    const leg = creditTo(SHOP, 'MERCHANT');
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
  });
});

describe('lookups', () => {
  const lookup = async (more: object) => {
    const { paymentId: lookupId } = legCommandOf('debit');
    const items = [{ lookupId, participant: 'KHMEKONG', corridor: 'KH-VN', ...more }];
    return (await world.calls.call(calls.lookup, { items })).items[0]!;
  };
  const code = async (body: object) =>
    (await world.control<{ qrText: string }>('POST', '/control/vietnam/qr', body)).qrText;
  const expireTokens = () => world.control('POST', '/control/vietnam/expire-tokens', {});
  const FOUND = { kind: 'found', creditorAgent: 'NAPAS', currency: 'VND' };

  it('find whom a code names: merchant, account and card; the amount is whole', async () => {
    expect(await lookup({ qrText: await code({ amount: '250000' }) })).toMatchObject({
      ...FOUND,
      creditor: { account: SHOP, accountType: 'MERCHANT', country: 'VN' },
      amount: { currency: 'VND', minor: '250000' },
    });
    const account = await code({ fields: { consumerId: '0123456789', serviceCode: 'QRIBFTTA' } });
    expect(await lookup({ qrText: account })).toMatchObject({
      ...FOUND,
      creditor: { account: '9704360123456789', accountType: 'BBAN' },
    });
    const card = await code({ fields: { consumerId: CARD, serviceCode: 'QRIBFTTC' } });
    expect(await lookup({ qrText: card })).toMatchObject({
      ...FOUND,
      creditor: { account: `970436${CARD}`, accountType: 'CARD' },
    });
  });

  it('find accounts and cards by what a payer writes', async () => {
    expect(await lookup({ account: '970436 0123 456 789' })).toMatchObject({
      ...FOUND,
      creditor: { account: '9704360123456789', accountType: 'BBAN' },
      displayName: expect.stringMatching(/^[A-Z ]+$/) as unknown,
    });
    expect(await lookup({ account: CARD, accountType: 'CARD' })).toMatchObject({
      ...FOUND,
      creditor: { account: `970436${CARD}`, accountType: 'CARD' },
    });
  });

  it.each([
    [{ account: '9999990123456789' }, 'account_unknown'],
    [{ account: '9704360123456785', accountType: 'CARD' }, 'account_unknown'],
    [{ account: '9704369999456789' }, 'account_unknown'],
    [{ account: '9704368888456789' }, 'account_closed'],
  ])('refuse %j as %s', async (payee, reason) => {
    expect(await lookup(payee)).toMatchObject({ kind: 'refused', reason });
  });

  it.each<[string, string, object, number]>([
    ['a token that has expired', 'account.lookup', { fault: 'token_expired' }, 1],
    ['an answer with a wrong signature', 'account.lookup', { fault: 'bad_signature' }, 1],
    ['a token with a wrong signature', 'oauth.token', { fault: 'bad_signature' }, 1],
    ['a token endpoint that breaks', 'oauth.token', { fault: 'http_5xx' }, 1],
    ['a token endpoint that answers garbage', 'oauth.token', { fault: 'garbage' }, 1],
  ])('are not hurt by %s once', async (_name, operation, what) => {
    await expireTokens();
    await strike(operation, what);
    expect(await lookup({ account: '9704360123456789' })).toMatchObject(FOUND);
  });

  it.each<[string, string, object]>([
    ['tokens that expire at once', 'account.lookup', { fault: 'token_expired' }],
    ['wrong signatures', 'account.lookup', { fault: 'bad_signature' }],
    ['a code that no table has', 'account.lookup', { fault: 'reject', code: '91' }],
    ['refused credentials', 'oauth.token', { fault: 'reject', code: 'INVALID_CLIENT' }],
    ['a silent token endpoint', 'oauth.token', { fault: 'timeout_before' }],
  ])('end in partner_silent with %s that last; the next one works', async (_name, operation, what) => {
    await expireTokens();
    await strike(operation, { ...what, count: 1_000 });
    const refused = { kind: 'refused', reason: 'partner_silent' };
    expect(await lookup({ account: '9704360123456789' })).toMatchObject(refused);
    await clearFaults(world);
    await expect(lookup({ account: '9704360123456789' })).resolves.toMatchObject(FOUND);
  });

  it('keep no credential as evidence', async () => {
    await expireTokens();
    await lookup({ account: '9704360123456789' });
    const kept = await world.database.database.query<{ bytes: Uint8Array }>(`SELECT bytes FROM evidence`);
    const text = kept.map(({ bytes }) => Buffer.from(bytes).toString()).join('\n');
    expect(text).toContain('"AccountNumber":"0123456789"');
    expect(text).not.toMatch(/access_token|client_secret|Bearer/);
  });
});

it('the statement tells the day in dong, with our leg keys', async () => {
  const fromMs = Date.now();
  const leg = creditTo(SHOP, 'MERCHANT');
  await command(world, SERVICE, leg);
  await outcomes(world, leg.legKey, 'accepted');
  const lines = await linesSince(world, SERVICE, fromMs, { currency: 'VND', pageMax: 100 });
  expect(lines.find((line) => line.legKey === leg.legKey)).toMatchObject({
    uetr: leg.uetr,
    amount: leg.amount,
    status: 'booked',
  });
});

describe('with what became of payments asked in JSON too', () => {
  beforeAll(async () => {
    await running.close();
    const settings = { ...world.settings, TONLE_VIETNAM_API_ASKS: 'payees,statuses' };
    // Chance of its own: the network takes no nonce twice.
    const more = { settings, random: secureRandom() };
    running = await start(world.platform(SERVICE, await world.database.another(), more), TUNING);
  });

  it.each<[string, string, object]>([
    ['nobody answers the payment', 'pacs.008', { fault: 'timeout_after', delayMs: 100 }],
    ['the token breaks meanwhile', 'oauth.token', { fault: 'http_5xx' }],
    ['it expires meanwhile', 'payment.status', { fault: 'token_expired' }],
    ['the first answer has a wrong signature', 'payment.status', { fault: 'bad_signature' }],
    ['the first answer is an error that no table has', 'payment.status', { fault: 'reject', code: '96' }],
  ])('a payment ends when %s', async (_name, operation, what) => {
    await world.control('POST', '/control/vietnam/expire-tokens', {});
    if (operation !== 'pacs.008') await strike('pacs.008', { fault: 'timeout_after', delayMs: 100 });
    await strike(operation, what);
    const leg = creditTo(SHOP, 'MERCHANT');
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
    expect(reports.at(-1)).toMatchObject({ amount: leg.amount });
    const asked = await world.database.database.query(
      `SELECT 1 FROM evidence WHERE subject = $1 AND operation = 'payment.status'`,
      [leg.legKey],
    );
    expect(asked.length).toBeGreaterThan(0);
  });
});
