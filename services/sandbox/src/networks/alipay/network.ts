import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Listener } from '../../kit/listener.js';
import type { Kit, SimulatedNetwork } from '../../kit/network.js';
import { InboundRun } from '../iso20022/run.js';
import { Runs } from '../iso20022/runs.js';
import { AlipayBooks } from './books.js';
import { callTonle, cancelOrder, payOnce, payment, refundOrder, sampleCode, scanOnce } from './control.js';
import { AlipayGateway } from './gateway.js';
import { OPERATIONS } from './operations.js';
import { PushSide } from './payer.js';
import { RefundDesk } from './refunds.js';
import { ReportServer } from './sftp.js';
import type { AlipayScheme } from './scheme.js';
import { TillSide } from './till.js';
import { WalletPayers } from './wallet-payers.js';
import { KeyVersionWire } from '../../kit/key-version-wire.js';

const BODY_BYTES_MAX = 1 << 20;
const ID = 'alipay';

/** Alipay+, both ways: merchants abroad behind its port, wallets by the control API. */
export async function openAlipay(scheme: AlipayScheme, kit: Kit): Promise<SimulatedNetwork> {
  const { clock, faults, pause, onError, pkiDir } = kit;
  const books = await AlipayBooks.open(`${kit.booksDir}/${ID}.books`, { onBroken: onError });
  const wire = new KeyVersionWire({ ...scheme, utcOffsetMinutes: 480 }, kit, clock);
  const side = new PushSide(scheme, books, wire, faults, clock, pause, randomUUID);
  const refunds = new RefundDesk(scheme, books, wire, faults, clock, pause);
  const till = new TillSide(scheme, books, wire, refunds, faults, clock, pause);
  const gateway = new AlipayGateway(scheme, books, wire, side, refunds, faults, clock, pause);
  const reports = new ReportServer(scheme, books, kit);
  const wallets = new WalletPayers(side, scheme);
  const payees = { payer: (number: number) => wallets.payer(number) };
  const runs = new Runs((request) => new InboundRun(request, wallets, payees, clock, pause));
  await reports.open();
  return {
    id: ID,
    listener: new Listener((call) => gateway.answer(call), {
      port: scheme.port,
      bodyBytesMax: BODY_BYTES_MAX,
      tls: {
        key: readFileSync(`${pkiDir}/${ID}.key`),
        cert: readFileSync(`${pkiDir}/${ID}.crt`),
        minVersion: 'TLSv1.2',
      },
      onError,
    }),
    operations: OPERATIONS,
    routes: {
      'POST pay': (call) => payOnce(call, side, scheme, clock),
      'POST run': (call) => runs.start(call),
      'POST qr': (call) => sampleCode(call, scheme, clock),
      'POST scan': (call) => scanOnce(call, till, pause),
      'POST call': (call) => callTonle(call, wire, books, clock),
      'POST refund': (call) => refundOrder(call, refunds, pause),
      'POST cancel': (call) => cancelOrder(call, refunds, pause),
      'POST files': (call) => reports.lay(call),
      'GET payments': (_call, id) => payment(books, id ?? ''),
    },
    books: async () => {
      await books.settled();
      return books.totals();
    },
    resume: async () => {
      await gateway.resume();
      side.resume(onError);
      till.resume(onError);
      await refunds.resume(onError);
    },
    addresses: { 'alipay-files': reports.address },
    close: async () => {
      runs.stop();
      await reports.close();
      await wire.close();
      await books.close();
    },
  };
}
