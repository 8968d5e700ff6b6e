import { readBody } from '../../kit/body.js';
import { ANSWERING, textUpTo, wholeSteps, type FaultyOperation } from '../../kit/fault-check.js';
import { doorPool } from '../../kit/door-pool.js';
import { json, Listener, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { Kit, SimulatedNetwork } from '../../kit/network.js';
import { IsoBooks } from '../iso20022/books.js';
import { mutualTls, paymentIn } from '../iso20022/network.js';
import { payOnce } from '../iso20022/pay.js';
import { Runs } from '../iso20022/runs.js';
import { InboundRun } from '../iso20022/run.js';
import { AcpWire, type AcpSettings } from './acp-wire.js';
import { Cashier } from './cashier.js';
import { dispute } from './disputes.js';
import { DoorClient } from './door-client.js';
import { QrcGateway } from './gateway.js';
import { NETWORK } from './qrc.js';
import { JoseWire } from './jose-wire.js';
import { codeRequest, makeCode } from './merchants.js';
import { creditOf, MerchantRefunds, REFUND } from './merchant-refunds.js';
import { cardHolder, CardHolders, CREDIT, shopAccount } from './payer.js';
import { callTonle, scanOnce } from './till-control.js';
import { UnionPayTill } from './till.js';
import { UPOP_BASE } from './upop.js';

const BODY_BYTES_MAX = 1 << 20;
const CERTIFICATE = 'unionpay';
const CODE = textUpTo(2);
/** Where shops have Tonle told of their customers' orders. */
const NOTIFY_PATH = '/unionpay/acp/notify';

export interface UnionPaySimulator {
  readonly port: number;
  readonly doorUrl: string;
  readonly institution: string;
  /** Ids of its certificates, the first one signs. */
  readonly keyIds: readonly string[];
  readonly partnerKeyId: string;
  readonly partnerEncryptionId: string;
  /** Tonle's merchant at the ACP gateway, and how both sides sign there. */
  readonly acp: AcpSettings;
}

/** UnionPay International in QRC JSON, both ways: its gateway behind a port, its card holders by the control API. */
export async function openUnionPay(settings: UnionPaySimulator, kit: Kit): Promise<SimulatedNetwork> {
  const { clock, faults, pause, onError, booksDir, keysDir, pkiDir } = kit;
  const mark = { mark: 'UP', utcOffsetMinutes: 480 };
  const books = await IsoBooks.open(`${booksDir}/${NETWORK}.books`, mark, { onBroken: onError });
  const reached = { ...settings, keysDir, pkiDir, certificate: CERTIFICATE };
  const wire = new JoseWire(reached, clock);
  const parts = { institution: settings.institution, books, wire, faults, clock, pause };
  const acp = { wire: new AcpWire(settings.acp), merchant: settings.acp.merchant };
  const pool = doorPool(reached);
  const backUrl = `${settings.doorUrl}${NOTIFY_PATH}`;
  const cashier = new Cashier({ ...acp, books, faults, clock, pause, pool, backUrl });
  const door = new DoorClient(parts);
  const till = new UnionPayTill(parts, door);
  const gateway = new QrcGateway({ ...parts, acp, till });
  const holders = new CardHolders(parts, door);
  const refunds = new MerchantRefunds(parts, door);
  const unionPayAccount = (shop: number) => shopAccount(settings.institution, shop);
  const payees = { payer: cardHolder, unionPayAccount };
  const runs = new Runs((request) => new InboundRun(request, holders, payees, clock, pause));
  return {
    id: NETWORK,
    listener: new Listener((call) => answerBy(call, cashier, gateway), {
      port: settings.port,
      bodyBytesMax: BODY_BYTES_MAX,
      tls: mutualTls(pkiDir, CERTIFICATE),
      onError,
    }),
    operations: OPERATIONS,
    routes: {
      'POST qr': sampleCode,
      'POST pay': (call) => payOnce(call, holders, payees, clock),
      'POST refund': (call) => refunds.refund(call),
      'POST scan': (call) => scanOnce(call, till, door, pause),
      'POST call': (call) => callTonle(call, door),
      'POST online-pay': (call) => cashier.onlinePay(call),
      'POST dispute': (call) => dispute(call, books, clock),
      'POST run': (call) => runs.start(call),
      'GET keys': () => wire.partnerKeys.list(),
      'POST keys': (call) => wire.partnerKeys.accept(call),
      'POST rollover': () => json(200, { keyId: wire.rollOver() }),
      'GET payments': (_call, id = '') => paymentIn(books, creditOf(books, id)?.entry.uetr ?? id),
    },
    books: async () => {
      await books.settled();
      return books.totals();
    },
    resume: async () => {
      await gateway.resume();
      door.resume(({ refundOf }) => (refundOf === undefined ? CREDIT : REFUND), onError);
      cashier.resume();
      till.resume(onError);
    },
    close: async () => {
      runs.stop();
      await wire.close();
      await pool.destroy();
      await books.close();
    },
  };
}

/** Each dialect has its paths. */
function answerBy(
  call: HttpCall,
  cashier: Pick<Cashier, 'answer'>,
  gateway: Pick<QrcGateway, 'answer'>,
): Promise<HttpOutcome> {
  return call.path.startsWith(UPOP_BASE) ? cashier.answer(call) : gateway.answer(call);
}

const asking: FaultyOperation = { faults: [...ANSWERING, 'bad_signature'], facts: ['reference'], code: CODE };
const paying: FaultyOperation = {
  faults: [
    ...ANSWERING,
    'bad_signature',
    'duplicate',
    'late_callback',
    'wrong_amount',
    'discount',
    'call_back_first',
    'call_back_often',
  ],
  facts: ['account', 'minor', 'currency', 'reference'],
  code: CODE,
  addMinor: wholeSteps(1n),
};
const giving: FaultyOperation = {
  ...paying,
  faults: paying.faults.filter((fault) => fault !== 'discount'),
};
const delivering: FaultyOperation = {
  faults: ['delay', 'timeout_before', 'timeout_after', 'duplicate', 'wrong_amount'],
  facts: ['account', 'minor', 'currency', 'reference'],
  code: CODE,
  addMinor: wholeSteps(1n),
};
const givingBack: FaultyOperation = {
  faults: [...ANSWERING, 'bad_signature', 'duplicate', 'late_callback', 'wrong_amount'],
  facts: ['account', 'minor', 'reference'],
  code: CODE,
  addMinor: wholeSteps(1n),
};
const OPERATIONS: Readonly<Record<string, FaultyOperation>> = {
  QRC_INFO_INQUIRY: asking,
  EXCHANGE_RATE_INQUIRY: asking,
  TRX_RESULT_INQUIRY: asking,
  KEY_EXCHANGE: asking,
  QRC_GENERATION: asking,
  ADDITIONAL_PROCESSING_RESULT: asking,
  MPQRC_PAYMENT_EMV: paying,
  MPQRC_PAYMENT_URL: paying,
  CANCELLATION: giving,
  REFUND: giving,
  UPOP_QUERY: { ...asking, faults: [...asking.faults, 'wrong_amount', 'other_certificate'] },
  UPOP_31: givingBack,
  UPOP_04: givingBack,
  'pay.UPOP': {
    faults: [
      'reject',
      'late_callback',
      'wrong_amount',
      'bad_signature',
      'other_certificate',
      'call_back_first',
      'call_back_often',
      'call_back_once',
    ],
    facts: ['reference'],
    code: CODE,
    addMinor: wholeSteps(1n),
  },
  FILE_TRANSFER: {
    faults: [...ANSWERING, 'file_late', 'file_short', 'file_gap'],
    facts: [],
    code: CODE,
  },
  'pay.CREDIT_TRANSACTION': delivering,
  'pay.ADDITIONAL_PROCESSING': {
    ...delivering,
    faults: delivering.faults.filter((fault) => fault !== 'wrong_amount'),
  },
  'pay.DEBIT_TRANSACTION': delivering,
  'pay.REFUND': delivering,
  'pay.CANCELLATION': delivering,
};

function sampleCode(call: HttpCall): HttpOutcome {
  const body = readBody(call, codeRequest);
  if (body.kind === 'refused') return body.reply;
  const made = makeCode(body.value);
  return 'qrText' in made
    ? json(200, made)
    : json(422, { error: 'no such code can be made', issues: [made.because] });
}
