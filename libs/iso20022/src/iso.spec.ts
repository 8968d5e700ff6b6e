import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import { readIso, readMessage, readParts, writeIso, writeMessage } from './index.js';
import type { BusinessHeader } from './model.js';
import type { CustomerPayment, Return, StatusRequest } from './model-interbank.js';

// The messages in ../samples were written for this project; manifest.json says what each is an example of.

interface Sample {
  readonly file: string;
  readonly status: 'valid' | 'invalid' | 'no-schema' | 'not-well-formed';
  readonly message: string;
  readonly expected: 'accept' | 'reject';
  readonly code?: string;
}

const SAMPLES = new URL('../samples/', import.meta.url);
const load = (file: string): Buffer => readFileSync(new URL(file, SAMPLES));
const { files } = JSON.parse(load('manifest.json').toString()) as { files: Sample[] };
const good = files.filter(({ expected }) => expected === 'accept');
const bad = files.filter(({ expected }) => expected === 'reject');
const envelope = load('good/pacs.008.001.08-envelope.xml').toString();
const changed = (from: string | RegExp, to: string): Buffer => {
  const text = envelope.replace(from, to);
  expect(text).not.toBe(envelope);
  return Buffer.from(text);
};
const errorsOf = (bytes: Uint8Array) => {
  const reading = readIso(bytes);
  return reading.kind === 'refused' ? reading.errors : [];
};

describe('good messages', () => {
  it('are all listed', () => {
    const present = ['good', 'bad'].flatMap((folder) =>
      readdirSync(new URL(folder, SAMPLES)).map((name) => `${folder}/${name}`),
    );
    expect(files.map(({ file }) => file).sort()).toEqual(present.sort());
  });

  it.each(good)('$file is read, and equal after being written again', ({ file, message }) => {
    const reading = readIso(load(file));
    expect(reading).toMatchObject({ kind: 'read', version: message });
    if (reading.kind !== 'read') return;
    expect(readIso(Buffer.from(writeIso(reading.message, reading.version, reading.header)))).toEqual(reading);
    const raw = readMessage(load(file));
    if (raw.kind === 'read') expect(readMessage(Buffer.from(writeMessage(raw.message)))).toEqual(raw);
  });

  it('keeps letters of every script, entities and the quote', () => {
    const reading = readIso(load('good/pacs.008.001.08-envelope.xml'));
    expect(reading).toMatchObject({
      header: { from: { bic: 'TONLKHPP' }, messageDefinition: 'pacs.008.001.08' },
      message: {
        kind: 'payment',
        quoteId: '8d3c7e52-93c1-4d9e-8f07-5b2f1c7a9e10',
        settlementAmount: amount('THB', 82_000n),
        instructedAmount: amount('KHR', 10_024_000n),
        debtor: { name: 'សុខ ដារា' },
        remittance: 'Coffee & cake <2 pieces>',
        intermediaryAgents: [
          { agent: { bic: 'NAGAKHPP' }, account: { id: 'fx@naga' } },
          { agent: { bic: 'NAGATHBK' } },
        ],
      },
    });
  });

  it('reads group level values where the transaction has none', () => {
    const moved = envelope
      .replace(/\s*<InstgAgt>[\s\S]*?<\/InstgAgt>/, '')
      .replace(
        '</SttlmInf>',
        '</SttlmInf><InstgAgt><FinInstnId><BICFI>MEKOKHPP</BICFI></FinInstnId></InstgAgt>',
      );
    expect(readIso(Buffer.from(moved))).toMatchObject({ message: { instructingAgent: { bic: 'MEKOKHPP' } } });
  });
});

describe('bad messages', () => {
  it.each(bad)('$file is refused as $code', ({ file, code }) => {
    const bytes = load(file);
    const errors = errorsOf(bytes);
    expect(errors.map((error) => error.code)).toContain(code);
  });

  it('get every error, each with path, line and byte offset', () => {
    const bytes = load('bad/many-errors.xml');
    const errors = errorsOf(bytes);
    const transaction = '/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]';
    expect(errors.map(({ code, path }) => `${code} ${path}`)).toEqual([
      `missing_element ${transaction}/PmtId/EndToEndId`,
      `decimal ${transaction}/IntrBkSttlmAmt`,
      `enumeration ${transaction}/ChrgBr`,
      `pattern ${transaction}/Cdtr/PstlAdr/Ctry`,
    ]);
    const lines = bytes.toString().split('\n');
    for (const { line, offset, path } of errors.slice(1)) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      expect(lines[line - 1]).toContain(`<${name}`);
      expect(bytes.subarray(offset).toString()).toMatch(new RegExp(`^<${name}[ >]`));
    }
  });

  it('point at the amount that cannot be paid, by bytes', () => {
    const bytes = Buffer.from(envelope.replace('820.00', '820.001').replace('TONLE2026', 'ទន្លេ2026'));
    const [error] = errorsOf(bytes);
    expect(error).toMatchObject({
      code: 'amount_scale',
      path: '/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/IntrBkSttlmAmt',
    });
    expect(bytes.subarray(error!.offset).toString()).toMatch(/^<IntrBkSttlmAmt/);
  });

  it('are refused for the second intermediary of a list by its position', () => {
    const [error] = errorsOf(changed('<Amt Ccy="KHR">0.00', '<Amt Ccy="KHR">0.50'));
    expect(error!.path).toBe('/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/ChrgsInf[1]/Amt');
  });

  it('are refused when too large, by kind of message', () => {
    const padded = (file: string, bytes: number): Buffer =>
      Buffer.concat([load(file), Buffer.alloc(bytes, 32)]);
    expect(errorsOf(padded('good/pacs.008.001.08-envelope.xml', 65_536))[0]?.code).toBe('too_large');
    expect(errorsOf(padded('good/camt.053.001.08.xml', 65_536))).toEqual([]);
    expect(errorsOf(padded('good/camt.053.001.08.xml', 1 << 20))[0]?.code).toBe('too_large');
    expect(readIso(padded('good/pacs.008.001.08-envelope.xml', 65_536), { maxBytes: 80_000 }).kind).toBe(
      'read',
    );
  });

  it('say how many errors were enough', () => {
    const wrong = changed('<GrpHdr>', `<GrpHdr>${'<Nope/>'.repeat(500)}`);
    const errors = errorsOf(wrong);
    expect(errors).toHaveLength(101);
    expect(errors.at(-1)?.code).toBe('too_many_errors');
  });

  it('never make the reader throw, whatever is cut out of them', () => {
    for (let at = 0; at < envelope.length; at += 7) {
      const holed = Buffer.from(envelope.slice(0, at) + envelope.slice(at + 5));
      expect(['read', 'refused']).toContain(readIso(holed).kind);
      expect(readIso(Buffer.from(envelope.slice(0, at))).kind).toBe('refused');
    }
  });
});

describe('markup that hides text', () => {
  it('is read from files when asked for, with the whole text', () => {
    const reading = readIso(load('bad/comment-in-amount.xml'), { markup: 'accept' });
    expect(reading).toMatchObject({ message: { settlementAmount: amount('THB', 82_000n) } });
    expect(readIso(load('bad/cdata.xml'), { markup: 'accept' })).toMatchObject({
      message: { endToEndId: 'E2E-0001' },
    });
    expect(readIso(load('bad/entity-bomb.xml'), { markup: 'accept' }).kind).toBe('refused');
  });
});

describe('comments of who wrote a message', () => {
  const comment = '<!-- made by <b>A & B</b> 1.0 -->';
  // Ends and starts of elements that hold elements: between them stands no value.
  const betweens = [...envelope.matchAll(/(?<=\/(?:\w+:)?\w+>)\s*(?=<)/g)].map(({ index }) => index);

  it('between elements change nothing of what is read', () => {
    const plain = readIso(Buffer.from(envelope));
    expect(plain.kind).toBe('read');
    expect(betweens.length).toBeGreaterThan(40);
    for (const at of betweens) {
      const commented = envelope.slice(0, at) + comment + envelope.slice(at);
      expect([at, readIso(Buffer.from(commented))]).toEqual([at, plain]);
    }
    expect(readIso(Buffer.from(`${envelope}${comment}\n${comment}`))).toEqual(plain);
  });

  it.each([
    ['before a value', /(<EndToEndId>)/],
    ['in a value', /(<EndToEndId>\w)/],
    ['after a value', /(<EndToEndId>[^<]*)/],
    ['in an amount', /(<IntrBkSttlmAmt Ccy="\w+">\d)/],
  ])('are refused %s', (_where, place) => {
    expect(errorsOf(changed(place, `$1${comment}`)).map(({ code }) => code)).toEqual(['comment']);
  });

  it('are refused in open content, which is handed on as it is written', () => {
    const text = `<SplmtryData><Envlp><x:A xmlns:x="urn:x">${comment}<x:B/></x:A></Envlp></SplmtryData></CdtTrfTxInf>`;
    expect(errorsOf(changed('</CdtTrfTxInf>', text)).map(({ code }) => code)).toEqual(['comment']);
  });

  it('hide no element that is missing, and no second one', () => {
    const missing = changed(/<EndToEndId>[^<]*<\/EndToEndId>/, '<!-- $& -->');
    expect(errorsOf(missing).map(({ code }) => code)).toEqual(['missing_element']);
    expect(errorsOf(changed('</CdtTrfTxInf>', '</CdtTrfTxInf><!-- never ends')).length).toBeGreaterThan(0);
    expect(errorsOf(changed('</CdtTrfTxInf>', '</CdtTrfTxInf><!-- a -- b -->')).length).toBeGreaterThan(0);
  });
});

describe('open content', () => {
  const supplement =
    '<SplmtryData><PlcAndNm>/Document</PlcAndNm><Envlp><x:Extra xmlns:x="urn:x" a="ស"><x:One>1 &amp; ๒</x:One><ก/></x:Extra></Envlp></SplmtryData>';

  it('is kept as its source, made to stand alone, and written again', () => {
    const bytes = changed('</CdtTrfTxInf>', `${supplement}</CdtTrfTxInf>`);
    const reading = readMessage(bytes);
    if (reading.kind !== 'read') throw new Error(JSON.stringify(reading.errors));
    const again = readMessage(Buffer.from(writeMessage(reading.message)));
    expect(again).toEqual(reading);
    expect(JSON.stringify(again)).toContain('a=\\"ស\\"><x:One>1 &amp; ๒</x:One><ก/>');
    expect(readIso(bytes).kind).toBe('read');
  });
});

describe('writing', () => {
  const request: StatusRequest = {
    kind: 'status_request',
    messageId: 'M1',
    createdAt: '2026-11-14T09:30:00+07:00',
    originalEndToEndId: 'E1',
  };
  const header: BusinessHeader = {
    from: { bic: 'TONLKHPP' },
    to: { bic: 'THSWTHBK' },
    businessMessageId: 'M1',
    messageDefinition: 'pacs.028.001.03',
    createdAt: request.createdAt,
  };

  it('wraps header and document, or writes the bare document', () => {
    expect(writeIso(request, 'pacs.028.001.03', header)).toContain(
      '<Envelope xmlns="urn:tonle:envelope:1"><AppHdr ',
    );
    const bare = writeIso(request, 'pacs.028.001.03', header, { envelope: 'none' });
    expect(bare).toMatch(/^<\?xml[^>]*>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.028.001.03">/);
  });

  it.each([
    ['KHR', 10_024_000n, '100240'],
    ['LAK', 25_000_000n, '250000'],
    ['VND', 250_000n, '250000'],
    ['THB', 82_000n, '820.00'],
  ])('writes what is paid whole without decimals, others with theirs: %s', (currency, minor, text) => {
    const { message } = readIso(load('good/pacs.008.001.08-document.xml')) as { message: CustomerPayment };
    const paid = { ...message, settlementAmount: amount(currency, minor) };
    expect(writeIso(paid, 'pacs.008.001.08')).toContain(
      `<IntrBkSttlmAmt Ccy="${currency}">${text}</IntrBkSttlmAmt>`,
    );
  });

  it('writes a part of a kip as it is, and nobody reads it as a payment', () => {
    const { message } = readIso(load('good/pacs.004.001.09.xml')) as { message: Return };
    const written = writeIso({ ...message, returnedAmount: amount('LAK', 25_000_050n) }, 'pacs.004.001.09');
    expect(written).toContain('<RtrdIntrBkSttlmAmt Ccy="LAK">250000.50</RtrdIntrBkSttlmAmt>');
    expect(errorsOf(Buffer.from(written))).toMatchObject([{ code: 'amount_scale' }]);
  });

  it('keeps the quote in the agreed rate from .13 on, before it in an instruction', () => {
    const reading = readIso(load('good/pacs.008.001.08-document.xml'));
    const payment = (reading as { message: CustomerPayment }).message;
    expect(writeIso(payment, 'pacs.008.001.13')).toContain(
      '<QtId>8d3c7e52-93c1-4d9e-8f07-5b2f1c7a9e10</QtId>',
    );
    expect(writeIso(payment, 'pacs.008.001.12')).toContain(
      '<InstrInf>/QUOT/8d3c7e52-93c1-4d9e-8f07-5b2f1c7a9e10</InstrInf>',
    );
    expect(writeIso({ ...payment, quoteId: 'Q-7' }, 'pacs.008.001.13')).toContain(
      '<InstrInf>/QUOT/Q-7</InstrInf>',
    );
  });

  it('throws for what the schema does not take, with the path', () => {
    expect(() => writeIso({ ...request, messageId: 'x'.repeat(36) }, 'pacs.028.001.03')).toThrow(
      /GrpHdr\/MsgId: .* at most 35/,
    );
    expect(() => writeIso({ ...request, originalUetr: 'no uuid' }, 'pacs.028.001.03')).toThrow(/OrgnlUETR/);
    expect(() => writeIso({ ...request, originalEndToEndId: 'a\u0000b' }, 'pacs.028.001.03')).toThrow(
      /cannot carry/,
    );
    expect(() => writeIso(request, 'pacs.002.001.10')).toThrow(RangeError);
    expect(() => writeIso(request, 'pacs.028.001.03', undefined, { envelope: 'tonle' })).toThrow(RangeError);
  });

  it('throws for a tree that is not the message', () => {
    const write = (tree: object) => () =>
      writeMessage({ document: { version: 'admi.002.001.01', tree: tree as never } });
    const complete = { 'admi.002.001.01': { RltdRef: { Ref: 'M1' }, Rsn: { RjctgPtyRsn: 'no' } } };
    expect(write(complete)).not.toThrow();
    expect(write({ 'admi.002.001.01': { ...complete['admi.002.001.01'], Nope: 'x' } })).toThrow(
      /has no Nope/,
    );
    expect(write({ 'admi.002.001.01': { Rsn: { RjctgPtyRsn: 'no' } } })).toThrow(/RltdRef is missing/);
    expect(write({ 'admi.002.001.01': { RltdRef: 'M1', Rsn: { RjctgPtyRsn: 'no' } } })).toThrow(
      /must hold elements/,
    );
  });
});

describe('readParts', () => {
  it('gives every part, for tools that judge files', () => {
    const { parts, errors, wellFormed } = readParts(load('bad/two-documents.xml'));
    expect({ roots: parts.map(({ root }) => root), errors, wellFormed }).toEqual({
      roots: ['AppHdr', 'Document', 'Document'],
      errors: [],
      wellFormed: true,
    });
  });
});
