import { readPath, type FspiopResource } from '@tonle/network-fspiop';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import { json, Listener, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { Kit, SimulatedNetwork } from '../../kit/network.js';
import { IsoBooks } from '../iso20022/books.js';
import { mutualTls, paymentIn } from '../iso20022/network.js';
import { payOnce } from '../iso20022/pay.js';
import { InboundRun } from '../iso20022/run.js';
import { Runs } from '../iso20022/runs.js';
import { Teller } from './call-backs.js';
import { OPERATIONS } from './operations.js';
import { PayeeSide } from './payee-side.js';
import { EkashPayers } from './payers.js';
import { PayerTransfers } from './payer-transfers.js';
import { Rwandans } from './rules.js';
import type { EkashScheme } from './scheme.js';
import { EkashSwitch } from './switch.js';
import { Told } from './told.js';
import { EkashWire } from './wire.js';

const BODY_BYTES_MAX = 5 << 20;
const CALL_MS = 10_000;
const ID = 'rwanda';

/** eKash in Rwanda, both ways: the switch with its payees' FSPs behind a port, its payers by the control API. */
export async function openEkash(scheme: EkashScheme, kit: Kit): Promise<SimulatedNetwork> {
  const { clock, faults, pause, onError, pkiDir } = kit;
  const books = await IsoBooks.open(`${kit.booksDir}/${ID}.books`, scheme, { onBroken: onError });
  const wire = new EkashWire(scheme, kit, clock);
  const teller = new Teller(wire, pause);
  const parties = new Rwandans(scheme);
  const parts = { scheme, parties, books, teller, faults, clock, pause };
  const payees = new PayeeSide(parts);
  const told = new Told(pause);
  const transfers = new PayerTransfers({ ...parts, wire, told });
  const payers = new EkashPayers({ ...parts, wire, told }, transfers);
  const theSwitch = new EkashSwitch({ scheme, wire, payees, payers: transfers, told, teller });
  const runs = new Runs((request) => new InboundRun(request, payers, parties, clock, pause));
  return {
    id: ID,
    listener: new Listener((call) => theSwitch.answer(call), {
      port: scheme.port,
      bodyBytesMax: BODY_BYTES_MAX,
      tls: mutualTls(pkiDir, scheme.certificate),
      onError,
    }),
    operations: OPERATIONS,
    routes: {
      'POST pay': (call) => payOnce(call, payers, parties, clock),
      'POST run': (call) => runs.start(call),
      'POST call': (call) => callTonle(call, wire, scheme),
      'GET payments': (_call, id) => paymentIn(books, id ?? ''),
    },
    books: async () => {
      await books.settled();
      return books.totals();
    },
    resume: async () => {
      await payees.resume();
      transfers.resume(onError);
    },
    close: async () => {
      runs.stop();
      await wire.close();
      await books.close();
    },
  };
}

const callRequest = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH']),
  path: z.string().min(1).max(400),
  /** Default: the switch. */
  source: z.string().optional(),
  body: z.record(z.string(), z.unknown()).optional(),
});

/** One request to Tonle, signed by an FSP: its receipt is shown. */
async function callTonle(call: HttpCall, wire: EkashWire, { hub, fsps }: EkashScheme): Promise<HttpOutcome> {
  const read = readBody(call, callRequest);
  if (read.kind === 'refused') return read.reply;
  const { method, path, source = hub, body } = read.value;
  if (source !== hub && !Object.hasOwn(fsps, source))
    return json(422, {
      error: 'the body does not fit',
      issues: [`source: ${source} is no FSP of the scheme`],
    });
  const resource: FspiopResource = readPath(path)?.resource ?? 'transfers';
  const reply = await wire.send(
    { method, path, resource, source, ...(body !== undefined && { body }) },
    CALL_MS,
  );
  if (reply.kind !== 'answered') return json(502, reply);
  return json(200, { status: reply.status, body: Buffer.from(reply.bytes).toString('utf8') });
}
