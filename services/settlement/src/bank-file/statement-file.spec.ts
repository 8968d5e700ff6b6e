import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import { CashManagementEndOfDayReport } from 'iso20022.js';
import { readStatementFile, type StatementFileReading } from './statement-file.js';

interface Options {
  readonly v?: string;
  readonly currency?: string;
  readonly agent?: string;
  readonly reference?: string;
  readonly information?: string;
  /** Closing balance; that of the one entry when it is left out. */
  readonly closing?: string;
}

const BIC_AGENT = '<FinInstnId><BIC>MEKOKHPP</BIC></FinInstnId>';
const statementXml = ({
  v = '1.13',
  currency = 'USD',
  agent = BIC_AGENT,
  reference = '0012345',
  information = 'window 7',
  closing = v,
}: Options = {}): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>000778</MsgId><CreDtTm>2026-11-14T18:00:00+07:00</CreDtTm></GrpHdr>
    <Stmt>
      <Id>2026-11-14</Id>
      <CreDtTm>2026-11-14T18:00:00+07:00</CreDtTm>
      <Acct><Id><Othr><Id>000123456</Id></Othr></Id><Ccy>${currency}</Ccy><Svcr>${agent}</Svcr></Acct>
      <Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">0</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-13</Dt></Dt></Bal>
      <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-14</Dt></Dt></Bal>
      <Ntry>
        <Amt Ccy="${currency}">${v}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-14</Dt></BookgDt>
        <AcctSvcrRef>${reference}</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
        <NtryDtls><TxDtls><Refs><EndToEndId>00042</EndToEndId></Refs><RltdPties><Dbtr><Nm>Naga FX</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>
        <AddtlNtryInf>${information}</AddtlNtryInf>
      </Ntry>
    </Stmt>
  </BkToCstmrStmt>
</Document>`;
const REJECTION = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:admi.002.001.01"><admi.002.001.01>
<RltdRef><Ref>1</Ref></RltdRef><Rsn><RjctgPtyRsn>no</RjctgPtyRsn></Rsn></admi.002.001.01></Document>`;
const read = (options: Options = {}): StatementFileReading =>
  readStatementFile(Buffer.from(statementXml(options)));
const entriesOf = (reading: StatementFileReading) =>
  reading.kind === 'read' ? reading.statements.flatMap(({ statement }) => statement.entries) : [];
const byLibrary = (options: Options = {}) =>
  CashManagementEndOfDayReport.fromXML(statementXml(options)).entries[0]!;

describe('statement files', () => {
  it('are read with the texts as the bank wrote them', () => {
    expect(read()).toMatchObject({
      kind: 'read',
      statements: [
        {
          statement: {
            messageId: '000778',
            statementId: '2026-11-14',
            account: { id: '000123456', currency: 'USD' },
            balances: [
              { type: 'PRCD' },
              { type: 'CLBD', amount: amount('USD', 113n), credit: true, date: '2026-11-14' },
            ],
            entries: [
              {
                amount: amount('USD', 113n),
                credit: true,
                servicerReference: '0012345',
                transactions: [{ endToEndId: '00042' }],
              },
            ],
          },
          notes: [{ additionalInformation: 'window 7', bankCode: 'PMNT/RCDT/ESCT', debtorName: 'Naga FX' }],
        },
      ],
    });
  });

  it('give every amount exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 999_999_999_999_999n }), (minor) => {
        const digits = minor.toString().padStart(3, '0');
        const v = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
        expect(entriesOf(read({ v }))[0]!.amount).toEqual(amount('USD', minor));
      }),
      { numRuns: 200 },
    );
  });

  it('are refused when they are not valid, not that message, or hold an amount that cannot be', () => {
    const refusal = (xml: string) => readStatementFile(Buffer.from(xml));
    expect(refusal(statementXml({ v: '1,13' }))).toMatchObject({
      kind: 'refused',
      errors: [{ code: 'decimal' }, { code: 'decimal' }],
    });
    expect(refusal(statementXml({ v: '10.5', currency: 'JPY' }))).toMatchObject({
      kind: 'refused',
      errors: [{ code: 'amount_scale' }, { code: 'amount_scale' }],
    });
    expect(refusal('<a/>')).toMatchObject({ kind: 'refused', errors: [{ code: 'no_document' }] });
    expect(refusal(REJECTION)).toMatchObject({ kind: 'refused', errors: [{ code: 'unsupported_message' }] });
  });

  it('hold several statements, each with its own balances and notes', () => {
    const [, inner] = /(<Stmt>[^]*<\/Stmt>)/.exec(statementXml({ v: '7.00', information: 'window 8' }))!;
    const second = inner!.replace('<Id>2026-11-14</Id>', '<Id>2026-11-15</Id>');
    const two = statementXml().replace('</Stmt>', `</Stmt>${second}`);
    expect(readStatementFile(Buffer.from(two))).toMatchObject({
      statements: [
        { statement: { statementId: '2026-11-14' }, notes: [{ additionalInformation: 'window 7' }] },
        {
          statement: { statementId: '2026-11-15', entries: [{ amount: amount('USD', 700n) }] },
          notes: [{ additionalInformation: 'window 8' }],
        },
      ],
    });
  });

  it('are refused when they do not tie', () => {
    expect(read({ closing: '1.14' })).toMatchObject({
      kind: 'refused',
      errors: [{ code: 'balance_differs' }],
    });
  });

  it('have no notes where a text has turned into a number', () => {
    const reading = read({ information: '000815' });
    expect(reading).toMatchObject({ statements: [{ notes: [{ bankCode: 'PMNT/RCDT/ESCT' }] }] });
    expect(reading).not.toHaveProperty('statements.0.notes.0.additionalInformation');
  });
});

describe('what iso20022.js alone would have read', () => {
  it('is a fraction of a cent', () => {
    expect(byLibrary().amount).toBe(112.99999999999999);
    expect(entriesOf(read())[0]!.amount.minor).toBe(113n);
  });

  it('is wrong in more than one of ten amounts', () => {
    const wrong = Array.from(
      { length: 300 },
      (_, at) => `${1 + (at % 90)}.${String((at * 37) % 100).padStart(2, '0')}`,
    ).filter((v) => !Number.isInteger(byLibrary({ v }).amount));
    expect(wrong.length).toBeGreaterThan(30);
  });

  it('is a hundred times an amount in yen', () => {
    expect(byLibrary({ v: '1000', currency: 'JPY' }).amount).toBe(100_000);
    expect(entriesOf(read({ v: '1000', currency: 'JPY' }))[0]!.amount).toEqual(amount('JPY', 1000n));
  });

  it('is a reference without its zeros', () => {
    expect(byLibrary().accountServicerReferenceId).toBe(12345);
    expect(entriesOf(read())[0]!.servicerReference).toBe('0012345');
  });

  it('is nothing at all of a bank without BIC', () => {
    const agent = '<FinInstnId><Nm>Mekong Bank</Nm></FinInstnId>';
    expect(() => byLibrary({ agent })).toThrow(TypeError);
    const reading = read({ agent });
    expect(entriesOf(reading)).toHaveLength(1);
    expect(reading).not.toHaveProperty('statements.0.notes');
  });
});
