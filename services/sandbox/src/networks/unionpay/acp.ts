import { crc32, deflateSync } from 'node:zlib';
import type { SignedParameters } from '@tonle/security';
import type { Fault } from '../../kit/fault.js';
import { laidFiles, type LaidFilesOrder } from '../../kit/laid-files.js';
import type { HttpReply } from '../../kit/listener.js';
import type { LaidFile } from '../../kit/sftp-server.js';
import type { BookedEntry, IsoBooks } from '../iso20022/books.js';
import type { AcpWire } from './acp-wire.js';
import { DISPUTE } from './disputes.js';
import { beijing } from './qrc.js';

// The ACP gateway's files (txnType 76): payments (ZM) and disputes (ZME) of a day, packed into an answer.

const HOUR_MS = 3_600_000;
/** Widths of a ZM record, one blank between the columns. */
const WIDTHS = [
  3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32,
  13, 13, 8, 32, 13, 13, 12, 2, 1, 131,
];

/** Widths of a ZME record. */
const ZME_WIDTHS = [3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135];

/** Answers a request for files; undefined for one that Tonle has not signed. */
export async function answerFiles(
  body: Buffer,
  { wire, merchant }: { readonly wire: AcpWire; readonly merchant: string },
  books: IsoBooks,
  fault: Fault | undefined,
  now: number,
): Promise<HttpReply | undefined> {
  const asked = wire.read(body);
  if (asked === undefined) return undefined;
  const answer = (respCode: string, more: SignedParameters = {}): HttpReply =>
    wire.reply({ ...asked, respCode, respMsg: respCode === '00' ? 'success' : 'failed', ...more });
  const day = /^(\d{4})(\d\d)(\d\d)\d{6}$/
    .exec(asked['txnTime'] ?? '')
    ?.slice(1)
    .join('-');
  if (asked['txnType'] !== '76' || asked['merId'] !== merchant || day === undefined) return answer('10');
  if (fault?.fault === 'reject') return answer(fault.code ?? '99');
  await books.settled();
  const files = laidFiles(fault, (order) => [
    ...zmFiles(day, merchant, books, order, now),
    ...zmeFiles(day, merchant, books, order),
  ]);
  if (files.length === 0) return answer('98');
  const fileContent = deflateSync(zip(files)).toString('base64');
  return answer('00', { fileName: `${merchant}_${day.replaceAll('-', '')}.zip`, fileContent });
}

/** One file an hour, numbered by it: what was told before does not change, and the running hour may still grow. */
function zmFiles(
  day: string,
  merchant: string,
  books: IsoBooks,
  order: LaidFilesOrder,
  now: number,
): LaidFile[] {
  const start = Date.parse(`${day}T00:00:00+08:00`);
  const hours = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => start + hour * HOUR_MS <= now);
  return hours.map((hour) => {
    const name = `INN${day.slice(2).replaceAll('-', '')}${String(hour + order.sequenceFrom).padStart(2, '0')}ZM_${merchant}`;
    return { name, bytes: zmRecords(start + hour * HOUR_MS, merchant, books) };
  });
}

/** One file for each hour of the day with disputes, numbered in their order. */
function zmeFiles(day: string, merchant: string, books: IsoBooks, order: LaidFilesOrder): LaidFile[] {
  const start = Date.parse(`${day}T00:00:00+08:00`);
  const hours = Array.from({ length: 24 }, (_, hour) => zmeRecords(start + hour * HOUR_MS, merchant, books));
  return hours
    .filter((bytes) => bytes.length > 0)
    .map((bytes, index) => {
      const number = String(index + order.sequenceFrom).padStart(2, '0');
      return { name: `INN${day.slice(2).replaceAll('-', '')}${number}ZME_${merchant}`, bytes };
    });
}

/** What UnionPay has taken back from Tonle, for whichever payment. */
function zmeRecords(from: number, merchant: string, books: IsoBooks): Buffer {
  const all = books.statement(from, from + HOUR_MS).flatMap(({ credit, uetr, minor }) => {
    const told = (credit ? undefined : books.credit(uetr)?.entry.told) ?? {};
    return told['txnType'] === DISPUTE ? [{ told, minor }] : [];
  });
  const lines = all.map(({ told, minor }) => {
    const cells: Record<number, string> = {
      0: 'E22',
      3: textIn(told, 'traceNo'),
      4: textIn(told, 'traceTime'),
      5: textIn(told, 'accNo'),
      6: textIn(told, 'txnAmt').padStart(12, '0'),
      10: textIn(told, 'origTraceNo'),
      11: textIn(told, 'origTraceTime'),
      12: textIn(told, 'reasonCode'),
      13: textIn(told, 'origTxnAmt').padStart(12, '0'),
      15: `D${minor.toString().padStart(12, '0')}`,
      16: merchant,
    };
    return ZME_WIDTHS.map((width, index) => (cells[index] ?? '').slice(0, width).padEnd(width)).join(' ');
  });
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
}

/** What was paid out for Tonle is settled from it (D), what card holders paid is settled to it (C). */
function zmRecords(from: number, merchant: string, books: IsoBooks): Buffer {
  const lines = books.statement(from, from + HOUR_MS).flatMap((line) => {
    const { credit, uetr, minor } = line;
    const amount = minor.toString().padStart(12, '0');
    const told = (credit ? books.debit(uetr) : books.credit(uetr))?.entry.told ?? {};
    if (told['txnType'] === DISPUTE) return [];
    const own = told['txnType'] === undefined ? qrcCells(line, told) : upopCells(told);
    const cells: Record<number, string> = {
      0: 'S22',
      6: amount,
      ...own,
      16: `${credit ? 'C' : 'D'}${amount}`,
      27: merchant,
    };
    return [WIDTHS.map((width, index) => (cells[index] ?? '').slice(0, width).padEnd(width)).join(' ')];
  });
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
}

type Told = Readonly<Record<string, unknown>>;
const textIn = (told: Told, name: string): string => (typeof told[name] === 'string' ? told[name] : '');

function qrcCells({ credit, uetr, reference, at }: BookedEntry, told: Told): Record<number, string> {
  return {
    3: uetr.slice(-6),
    4: beijing(at).slice(4, 14),
    9: uetr.slice(-21),
    11: uetr.slice(-32),
    19: '01',
    34: credit ? reference : textIn(told, 'referNo'),
  };
}

function upopCells(told: Told): Record<number, string> {
  return {
    3: textIn(told, 'traceNo'),
    4: textIn(told, 'traceTime'),
    5: textIn(told, 'accNo'),
    6: textIn(told, 'txnAmt').padStart(12, '0'),
    9: textIn(told, 'queryId'),
    11: textIn(told, 'orderId'),
    19: textIn(told, 'txnType'),
    20: textIn(told, 'txnSubType'),
    21: textIn(told, 'bizType'),
    26: textIn(told, 'origQryId'),
    34: textIn(told, 'reqReserved'),
  };
}

/** A zip archive whose files are stored as they are (PKWARE APPNOTE 4.3). */
function zip(files: readonly LaidFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, rest, Buffer.from(name)]),
    );
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, listed, Buffer.from('PK\u0005\u0006'), end]);
}
