import type { StatementLine } from '@tonle/contracts';
import {
  meaningOfCode,
  readLayout,
  readParameters,
  type NetworkFiles,
  type ReadFile,
  type SettledDay,
  type WireReply,
} from '@tonle/network';
import { SETTLEMENT } from '@tonle/network-upi';
import type { UnionPaySettings } from '../settings.js';
import { CODES } from './codes.js';
import { uetrOf } from './message.js';

// Files of the ACP gateway (txnType 76): what was settled on a day, whichever dialect paid it.

const OPERATION = 'FILE_TRANSFER';
const HEX_UUID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** The files of a day, payments (ZM) and disputes (ZME): base64, deflated, zipped, in one answer. */
export function upopFiles({ acp }: Pick<UnionPaySettings, 'acp'>): NetworkFiles {
  const { merchant: merId, url } = acp;
  return {
    utcOffsetMinutes: 480,
    place: {
      kind: 'wire',
      ask: (day) => ({
        wire: 'acp',
        method: 'POST',
        path: url.pathname,
        operation: OPERATION,
        parameters: {
          version: '5.1.0',
          encoding: 'UTF-8',
          txnType: '76',
          txnSubType: '01',
          bizType: '000000',
          accessType: '0',
          merId,
          settleDate: day.slice(5).replace('-', ''),
          // Beijing time; the same question has the same bytes.
          txnTime: `${day.replaceAll('-', '')}235959`,
          fileType: '00',
        },
        maxBytes: BYTES_MAX,
      }),
      read: readFiles,
    },
    kinds: [
      {
        name: 'ZM',
        layout: readLayout(new URL('./zm.json', import.meta.url)),
        values: { merId },
        line: lineOf,
      },
      {
        name: 'ZME',
        layout: readLayout(new URL('./zme.json', import.meta.url)),
        values: { merId },
        optional: true,
        line: disputeLine,
      },
    ],
    settled: (files, day) => settledOn(files, day, merId),
  };
}

/** A settlement day is one cycle and one batch: what its payments, and the disputes of the day, come to. UnionPay names no value date. */
function settledOn(files: readonly ReadFile[], day: string, merId: string): SettledDay {
  const records = files.flatMap((file) => file.records);
  const sumOf = (column: string): bigint =>
    records.reduce((sum, record) => sum + BigInt(record[column] ?? '0'), 0n);
  const netMinor = sumOf('settleAmt').toString();
  const hasFees = records.some(({ merchantFee }) => merchantFee !== undefined);
  const of = { account: merId, currency: SETTLEMENT };
  const cycle = {
    ...{ cycleId: day, ...of, day, count: records.length, netMinor },
    // D is taken from us.
    ...(hasFees && { feeMinor: (-sumOf('merchantFee')).toString() }),
  };
  const { currency: _, ...own } = cycle;
  return { cycles: [cycle], batches: [{ batchId: day, ...of, netMinor, cycles: [own] }] };
}

type FileLine = NetworkFiles['kinds'][number]['line'];

const BYTES_MAX = 64 * 1024 * 1024;

function readFiles(reply: WireReply): ReturnType<Extract<NetworkFiles['place'], { kind: 'wire' }>['read']> {
  if (reply.kind !== 'answered') return { kind: 'not_here', because: reply.because };
  const {
    respCode = '',
    fileContent,
    fileName = 'ZM.zip',
  } = readParameters(Buffer.from(reply.bytes).toString('utf8')) ?? {};
  if (meaningOfCode(CODES, respCode)?.means !== 'approved' || fileContent === undefined)
    return { kind: 'not_here', because: `code ${respCode}` };
  return {
    kind: 'packed',
    bytes: Buffer.from(fileContent),
    packing: ['base64', 'deflate', 'zip'],
    name: fileName,
  };
}

/**
 * What is settled to us came from a card holder; what is settled from us went to a merchant, or back to a holder. A payment by UPOP
 * has its UETR from its queryId; what gave it back because it could not be passed on has the same.
 */
function lineOf(record: Parameters<FileLine>[0]): StatementLine {
  const { queryId, settleAmt = '0', merchantReserved = '', transmissionTime } = record;
  const isOurs = !settleAmt.startsWith('-');
  const own = HEX_UUID.exec(merchantReserved)?.slice(1).join('-');
  const uetr = own ?? (isOurs ? uetrOf(queryId!) : undefined);
  return {
    lineId: queryId!,
    partnerRef: queryId,
    ...(uetr !== undefined && { uetr }),
    amount: { currency: SETTLEMENT, minor: settleAmt.replace('-', '') },
    leg: isOurs ? 'debit' : 'credit',
    status: 'booked',
    bookedAt: transmissionTime!,
  };
}

/**
 * What a dispute moves is of no payment of ours: a line under a key that none has, so that it opens a break. Its id names the
 * traces of the dispute and of the payment, which the payment has as its transaction id.
 */
function disputeLine(record: Parameters<FileLine>[0]): StatementLine {
  const { systemTraceNo, transmissionTime, settleAmt = '0', origSystemTraceNo, origTransTime } = record;
  return {
    lineId: `ZME ${systemTraceNo} ${transmissionTime} of ${origSystemTraceNo}${origTransTime}`,
    amount: { currency: SETTLEMENT, minor: settleAmt.replace('-', '') },
    status: 'booked',
    bookedAt: transmissionTime!,
  };
}
