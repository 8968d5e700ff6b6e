import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readIso, writeIso, type CustomerPayment } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { GatewayWorld } from '../testing/gateway-world.js';
import { isoHeader, isoPayment, MEKONG, readStatus as read, TONLE } from './iso.testing.js';

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_iso');
});
afterAll(() => world.close());
beforeEach(() => {
  world.behaviour = { state: 'COMPLETED' };
});

const wait = { headers: { prefer: 'wait=10' } };
let count = 0;
const payment = (more: Partial<CustomerPayment> = {}) => isoPayment(world, (count += 1), more);
const header = (version: string, messageId: string) => isoHeader(world, version, messageId);

const send = (message: CustomerPayment, version = 'pacs.008.001.08', options = {}) =>
  world.postXml('/iso20022/pacs.008', writeIso(message, version), options);

describe('pacs.008', () => {
  it('names payer and payee as their networks write accounts', async () => {
    const debtorAccount = { id: 'U0000123@MEKONG' };
    const creditorAccount = { proxy: { type: 'MBNO', id: '0066 81-234-5678' } };
    await send(await payment({ debtorAccount, creditorAccount }), 'pacs.008.001.08', wait);
    expect(world.submits.at(-1)).toMatchObject({
      debtor: { account: 'u0000123@mekong' },
      creditor: { account: '0066812345678' },
    });
  });

  it.each([
    ['pacs.008.001.08', 'pacs.002.001.10'],
    ['pacs.008.001.12', 'pacs.002.001.14'],
    ['pacs.008.001.13', 'pacs.002.001.15'],
  ])('%s is answered by %s when the payment has ended', async (version, answerVersion) => {
    const message = await payment();
    const answer = await send(message, version, wait);
    expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'application/xml; charset=utf-8',
    });
    expect(read(answer)).toMatchObject({
      version: answerVersion,
      status: {
        status: 'ACCC',
        originalMessageId: message.messageId,
        originalMessageName: version,
        originalEndToEndId: message.endToEndId,
        originalUetr: message.uetr,
      },
    });
    expect(world.submits.at(-1)).toMatchObject({
      sender: 'KHMEKONG',
      messageId: message.messageId,
      uetr: message.uetr,
      source: { currency: 'KHR', minor: '10024000' },
      target: { currency: 'THB', minor: '82000' },
      debtor: {
        name: 'Sok Dara',
        account: 'u0000123@mekong',
        accountType: 'bakong',
        country: 'KH',
        town: 'Phnom Penh',
      },
      creditor: { name: 'Somchai Jaidee', account: '0066812345678', accountType: 'MBNO' },
      creditorAgent: 'THSWITCH',
      remittance: 'Rice',
    });
  });

  it('in an envelope is answered in an envelope, with the header turned round', async () => {
    const message = await payment();
    const xml = writeIso(message, 'pacs.008.001.08', header('pacs.008.001.08', message.messageId));
    const answer = read(await world.postXml('/iso20022/pacs.008', xml, wait));
    expect(answer.header).toMatchObject({ from: TONLE, to: MEKONG, messageDefinition: 'pacs.002.001.10' });
  });

  it('is answered 202 while under way, and RJCT with the reason when it fails', async () => {
    const message = await payment();
    world.behaviour = { state: 'REJECTED', reason: 'liquidity_short' };
    const first = await send(message);
    expect({ status: first.status, iso: read(first).status.status }).toEqual({ status: 202, iso: 'RCVD' });
    const second = await send(message, 'pacs.008.001.08', wait);
    expect(second.status).toBe(200);
    expect(read(second).status).toMatchObject({ status: 'RJCT', reason: 'AM23' });
  });

  it('again gives the same payment; with other content or a new MsgId it is a duplicate', async () => {
    const message = await payment();
    const before = await world.count();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(message, 'pacs.008.001.08', wait)),
    );
    expect(new Set(answers.map((answer) => read(answer).status.clearingReference)).size).toBe(1);
    const later = { ...message, createdAt: new Date(world.platform.clock.now() + 1000).toISOString() };
    expect(read(await send(later, 'pacs.008.001.08', wait)).status.status).toBe('ACCC');
    for (const other of [
      { remittance: 'Fish' },
      { settlementAmount: amount('KHR', 10_024_100n), instructedAmount: amount('KHR', 10_024_100n) },
      { instructedAmount: amount('KHR', 10_024_100n) },
    ])
      expect(read(await send({ ...message, ...other })).status).toMatchObject({
        status: 'RJCT',
        reason: 'DUPL',
      });
    expect(read(await send({ ...message, messageId: 'OTHER' })).status).toMatchObject({
      status: 'RJCT',
      reason: 'DUPL',
    });
    expect(await world.count()).toBe(before + 1);
  });

  it("passes on the payee's reference, and tells what it does not pass on", async () => {
    const xml = writeIso(await payment({ creditorReference: 'RF18539007547034' }), 'pacs.008.001.08');
    const ultimate = '<UltmtDbtr><Nm>Sok and Sons</Nm></UltmtDbtr>';
    const answer = await world.postXml(
      '/iso20022/pacs.008',
      xml.replace('<Dbtr>', `${ultimate}<Dbtr>`),
      wait,
    );
    expect(world.submits.at(-1)!.remittance).toBe('Rice RF18539007547034');
    expect(read(answer).status).toMatchObject({
      status: 'ACCC',
      reasonText: ['Not passed on: /CdtTrfTxInf[1]/UltmtDbtr'],
    });
  });

  it.each(['0.0081804000', '+.00818040', '00.008180400'])('takes %s for the quoted rate', async (rate) => {
    const message = await payment({ exchangeRate: '0.00818040' });
    const xml = writeIso(message, 'pacs.008.001.08').replace('>0.00818040<', `>${rate}<`);
    expect(read(await world.postXml('/iso20022/pacs.008', xml, wait)).status.status).toBe('ACCC');
  });

  it('refuses a number of transactions that is not theirs', async () => {
    const xml = writeIso(await payment(), 'pacs.008.001.08').replace('<NbOfTxs>1<', '<NbOfTxs>2<');
    const answer = await world.postXml('/iso20022/pacs.008', xml);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('must be 1, the number of transactions');
  });

  it('carries amounts that differ from the quote to routing, which rejects them', async () => {
    await send(await payment({ settlementAmount: amount('KHR', 10_024_100n) }), 'pacs.008.001.08', wait);
    expect(world.submits.at(-1)!.target).toEqual({ currency: 'THB', minor: '82000' });
  });

  const refusals: [string, Partial<CustomerPayment>, string, string][] = [
    ['no UETR', { uetr: undefined }, 'CH21', 'element_missing'],
    ['no quote', { quoteId: undefined }, 'CH21', 'element_missing'],
    ['no debtor account', { debtorAccount: undefined }, 'CH21', 'element_missing'],
    ['an unknown quote', { quoteId: '99999999-9999-4999-8999-999999999999' }, 'AB04', 'quote_unknown'],
    ['another rate', { exchangeRate: '0.0082' }, 'AB04', 'rate_differs'],
    ['a currency of no side', { settlementAmount: amount('EUR', 1n) }, 'AM03', 'unknown_currency'],
    ['an agent that is not the signer', { debtorAgent: { bic: 'ANGKKHPPXXX' } }, 'AG01', 'not_permitted'],
    [
      'an agent that is no participant',
      { debtorAgent: { bic: 'NONEKHPPXXX' } },
      'RC04',
      'participant_unknown',
    ],
    ["another bank's account", { debtorAccount: { id: 'u0000001@angkor' } }, 'AG01', 'not_permitted'],
    [
      "a kind of debtor's account that its network does not know",
      { debtorAccount: { id: 'u0000123@mekong', scheme: 'EWLT' } },
      'FF01',
      'schema_invalid',
    ],
    [
      "a kind of creditor's proxy that its network does not know",
      { creditorAccount: { proxy: { type: 'EMAL', id: 'a@b' } } },
      'FF01',
      'schema_invalid',
    ],
  ];
  it.each(refusals)('with %s is refused and leaves nothing behind', async (_what, change, reason, code) => {
    const message = await payment(change);
    const before = await world.count();
    const answer = await send(message);
    expect(answer.status).toBe(200);
    expect(read(answer).status).toMatchObject({
      status: 'RJCT',
      reason,
      reasonText: expect.arrayContaining([code]),
    });
    expect(await world.count()).toBe(before);
  });
});

describe('what routing could not read', () => {
  const cases: [string, Partial<CustomerPayment>, string, RegExp][] = [
    ['a quote id that is none', { quoteId: 'Q-1' }, 'quote_unknown', /InstrForNxtAgt/],
    [
      'a longer proxy',
      { creditorAccount: { proxy: { type: 'MBNO', id: '6'.repeat(100) } } },
      'schema_invalid',
      /creditor.account/,
    ],
    ['a later year', { acceptedAt: '9999-12-31T23:59:00-05:00' }, 'schema_invalid', /acceptedAt/],
  ];
  it.each(cases)('%s: is not taken', async (_what, more, code, where) => {
    const before = await world.count();
    const { status } = read(await send(await payment(more)));
    expect(status).toMatchObject({ status: 'RJCT', reason: expect.any(String) });
    expect([status.reasonText![0], status.reasonText![1]]).toEqual([code, expect.stringMatching(where)]);
    expect(await world.count()).toBe(before);
  });

  it('a quote id that is none does not trouble others that come with it', async () => {
    const others = await Promise.all([payment(), payment(), payment()]);
    for (const { quoteId } of others) expect(quoteId).toBeDefined();
    const fresh = others.map((each, index) => {
      const quoteId = `${index}1111111-1111-4111-8111-111111111111`;
      world.quotes.set(quoteId, { ...world.quotes.get(each.quoteId!)!, quoteId });
      return { ...each, quoteId };
    });
    const bad = await payment({ quoteId: 'Q-1' });
    const answers = await Promise.all(
      [...fresh.slice(0, 1), bad, ...fresh.slice(1)].map((each) => send(each)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([202, 200, 202, 202]);
  });

  it('a remittance text is cut between characters, not inside of one', async () => {
    const { status } = read(
      await send(await payment({ remittance: `a${'\u{1f35a}'.repeat(139)}` }), undefined, wait),
    );
    expect(status.status).toBe('ACCC');
    expect(world.submits.at(-1)!.remittance).toBe(`a${'\u{1f35a}'.repeat(139)}`);
  });
});

describe('what cannot be read', () => {
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "yyyyyyyyyy"><!ENTITY z "&x;&x;&x;&x;">]><a>&z;</a>';
  const xxe = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
  const good = async () => writeIso(await payment(), 'pacs.008.001.08');
  const cases: [string, () => Promise<string>, string][] = [
    ['no XML', async () => 'hello', 'malformed_xml'],
    ['a truncated message', async () => (await good()).slice(0, 600), 'malformed_xml'],
    ['an entity bomb', async () => bomb, 'malformed_xml'],
    ['an external entity', async () => xxe, 'malformed_xml'],
    ['deep nesting', async () => '<a>'.repeat(500), 'malformed_xml'],
    ['another document', async () => '<Document xmlns="urn:x"/>', 'unknown_message'],
    [
      'another message',
      async () => writeIso({ kind: 'rejection', relatedReference: 'x', reason: 'y' }, 'admi.002.001.01'),
      'unknown_message',
    ],
    [
      'a version that is not spoken',
      async () => (await good()).replaceAll('pacs.008.001.08', 'pacs.008.001.99'),
      'unknown_message',
    ],
    [
      'an unknown element',
      async () => (await good()).replace('<ChrgBr>', '<Chrg/><ChrgBr>'),
      'schema_invalid',
    ],
    [
      'a decimal too many',
      async () => (await good()).replace('Ccy="KHR">100240', 'Ccy="KHR">100240.5'),
      'schema_invalid',
    ],
    [
      'no currency of this world',
      async () => (await good()).replaceAll('Ccy="KHR"', 'Ccy="QQQ"'),
      'schema_invalid',
    ],
  ];
  it.each(cases)('%s: admi.002 says where and why', async (_what, make, reason) => {
    const before = await world.count();
    const answer = await world.postXml('/iso20022/pacs.008', await make());
    expect(answer.status).toBe(400);
    const reading = readIso(Buffer.from(answer.text));
    expect(reading).toMatchObject({ kind: 'read', message: { kind: 'rejection', reason } });
    expect(answer.text).not.toMatch(/root:|\.ts:|node_modules/);
    expect(await world.count()).toBe(before);
  });

  it('names the message when it can be made out', async () => {
    const message = await payment();
    const xml = writeIso(message, 'pacs.008.001.08').replace('<ChrgBr>', '<Chrg/><ChrgBr>');
    const reading = readIso(Buffer.from((await world.postXml('/iso20022/pacs.008', xml)).text));
    expect(reading).toMatchObject({ message: { relatedReference: message.messageId } });
  });
});

describe('pacs.028', () => {
  const ask = async (by: object, options = {}) => {
    const createdAt = new Date(world.platform.clock.now()).toISOString();
    const question = { kind: 'status_request' as const, messageId: `ASK-${(count += 1)}`, createdAt, ...by };
    return world.postXml('/iso20022/pacs.028', writeIso(question, 'pacs.028.001.03'), options);
  };

  it('tells how a payment stands, by UETR, message id or end-to-end id', async () => {
    const message = await payment();
    await send(message, 'pacs.008.001.08', wait);
    for (const by of [
      { originalUetr: message.uetr },
      { originalMessageId: message.messageId, originalMessageName: 'pacs.008.001.08' },
      { originalEndToEndId: message.endToEndId },
    ]) {
      expect(read(await ask(by)).status).toMatchObject({ status: 'ACCC', originalUetr: message.uetr });
    }
  });

  it('is answered to a paused participant, as GET is', async () => {
    const uetr = { originalUetr: '33333333-3333-4333-8333-333333333333' };
    const answer = await ask(uetr, { participant: 'KHPAUSED' });
    expect(read(answer).status.reason).toBe('AG09');
    expect((await world.get('/v1/payments', { participant: 'KHPAUSED' })).status).toBe(200);
  });

  it('of an unknown payment has no status but a reason', async () => {
    const { status } = read(await ask({ originalUetr: '33333333-3333-4333-8333-333333333333' }));
    expect(status.status).toBeUndefined();
    expect(status.reason).toBe('AG09');
  });
});

describe('acmt.023', () => {
  const ask = (id: string, account: object = { proxy: { type: 'MBNO', id } }) => {
    const createdAt = new Date(world.platform.clock.now()).toISOString();
    const question = {
      kind: 'proxy_request' as const,
      messageId: `VER-${(count += 1)}`,
      createdAt,
      verificationId: 'V1',
      assigner: MEKONG,
      assignee: { bic: 'THSWTHBKXXX' },
      account,
    };
    return world.postXml('/iso20022/acmt.023', writeIso(question, 'acmt.023.001.03'));
  };

  it('is answered with the name that may be shown', async () => {
    const reading = readIso(Buffer.from((await ask('0066812345678')).text));
    expect(reading).toMatchObject({
      version: 'acmt.024.001.03',
      message: { verified: true, party: { name: 'Somchai J.' }, originalVerificationId: 'V1' },
    });
  });

  it('takes an account or proxy without a type for what its network means', async () => {
    for (const [account, type] of [
      [{ proxy: { id: '0066812345678' } }, 'MBNO'],
      [{ id: '0140000000001' }, 'bank_account'],
    ] as const) {
      await ask('', account);
      expect(world.kindsAsked.at(-1)).toBe(type);
    }
  });

  it('is answered with the reason when there is nobody', async () => {
    const reading = readIso(Buffer.from((await ask('0999')).text));
    expect(reading).toMatchObject({ message: { verified: false, reason: 'BE23' } });
  });
});
