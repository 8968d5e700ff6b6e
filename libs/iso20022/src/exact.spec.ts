import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readIso } from './index.js';

// What a standard allows is read, what contradicts itself is refused, and what the model does not hold is told.

const GOOD = new URL('../samples/good/', import.meta.url);
const samples = readdirSync(GOOD).map((file) => [file, readFileSync(new URL(file, GOOD), 'utf8')] as const);
const sampleOf = (name: string): string => samples.find(([file]) => file.startsWith(name))![1];
const read = (xml: string, tellUnheld = false) => readIso(Buffer.from(xml), { tellUnheld });
const errorsOf = (xml: string) => {
  const reading = read(xml);
  return reading.kind === 'refused' ? reading.errors.map(({ code, path }) => `${code} ${path}`) : [];
};
const AMOUNT = /(<\w+ Ccy="\w+">)([\d.]+)(?=<)/g;

describe('an amount', () => {
  const withAmounts = samples.filter(([, xml]) => xml.match(AMOUNT) !== null);
  // The same value as XML Schema lets it be written.
  const FORMS: readonly [string, (text: string) => string][] = [
    ['with a sign', (text) => `+${text}`],
    ['padded with zeros', (text) => `000${text.includes('.') ? `${text}000` : text}`],
    ['with a bare point', (text) => (text.includes('.') ? text : `${text}.`)],
    ['with blanks around it', (text) => ` \n${text} `],
  ];
  const cases = withAmounts.flatMap(([file, xml]) =>
    FORMS.map(([how, write]) => [file, how, xml, write] as const),
  );

  it.each(cases)('of %s is read as it is %s', (_file, _how, xml, write) => {
    const other = xml.replace(AMOUNT, (_all, tag: string, text: string) => tag + write(text));
    expect(read(other)).toEqual(read(xml));
  });

  it('below one may begin with its point', () => {
    const xml = sampleOf('pacs.008.001.08-envelope').replaceAll('>820.00<', '>.50<');
    expect(read(xml)).toMatchObject({ message: { settlementAmount: { minor: 50n } } });
  });
});

describe('figures about transactions', () => {
  const payment = sampleOf('pacs.008.001.08-envelope');
  const order = sampleOf('pain.001.001.05');
  const root = '/Document/FIToFICstmrCdtTrf/GrpHdr';

  it.each([
    ['a number', payment.replace('<NbOfTxs>1<', '<NbOfTxs>2<'), `count_mismatch ${root}/NbOfTxs`],
    [
      'a control sum',
      payment.replace('<SttlmInf>', '<CtrlSum>820.01</CtrlSum><SttlmInf>'),
      `sum_mismatch ${root}/CtrlSum`,
    ],
    [
      'a total',
      payment.replace('<SttlmInf>', '<TtlIntrBkSttlmAmt Ccy="THB">82</TtlIntrBkSttlmAmt><SttlmInf>'),
      `sum_mismatch ${root}/TtlIntrBkSttlmAmt`,
    ],
    [
      'the number of a part',
      order.replace('<PmtMtd>TRF</PmtMtd>', '<PmtMtd>TRF</PmtMtd><NbOfTxs>3</NbOfTxs>'),
      'count_mismatch /Document/CstmrCdtTrfInitn/PmtInf[1]/NbOfTxs',
    ],
  ])('are refused when %s is wrong', (_what, xml, error) => {
    expect(errorsOf(xml)).toEqual([error]);
  });

  it('may be written as the standard allows', () => {
    const sum = payment.replace('<SttlmInf>', '<CtrlSum>+820.</CtrlSum><SttlmInf>');
    expect(errorsOf(sum.replace('<NbOfTxs>1<', '<NbOfTxs>0001<'))).toEqual([]);
  });
});

describe('what a pacs.008 says', () => {
  const payment = sampleOf('pacs.008.001.08-envelope');
  const structured = (ref: string) =>
    `<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>${ref}</Ref></CdtrRefInf></Strd>`;
  const remitted = payment.replace(/<RmtInf>[^]*?<\/RmtInf>/, '');
  const withStructured = remitted.replace(
    '</CdtTrfTxInf>',
    `<RmtInf>${structured('RF18539007547034')}${structured('RF2')}</RmtInf></CdtTrfTxInf>`,
  );
  const TX = '/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]';

  it("holds the payee's reference, and tells its type and a second one", () => {
    expect(read(withStructured, true)).toMatchObject({
      message: { creditorReference: 'RF18539007547034' },
      unheld: [`${TX}/RmtInf/Strd[1]/CdtrRefInf/Tp`, `${TX}/RmtInf/Strd[2]`],
    });
  });

  it('is told by its highest element', () => {
    const ultimate = '<UltmtDbtr><Nm>Sok Dara and Sons</Nm><PstlAdr><Ctry>KH</Ctry></PstlAdr></UltmtDbtr>';
    expect(read(payment.replace('<Dbtr>', `${ultimate}<Dbtr>`), true)).toMatchObject({
      unheld: [`${TX}/UltmtDbtr`],
    });
    expect(read(payment, true)).toMatchObject({ unheld: [] });
    expect(read(payment)).not.toHaveProperty('unheld');
  });
});
