import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readBody } from '../../kit/body.js';
import { ANSWERING, textUpTo, wholeSteps, type FaultyOperation } from '../../kit/fault-check.js';
import { KeyVersionWire } from '../../kit/key-version-wire.js';
import { json, Listener, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { Kit, SimulatedNetwork } from '../../kit/network.js';
import { IsoBooks } from '../iso20022/books.js';
import { paymentIn } from '../iso20022/network.js';
import { payOnce } from '../iso20022/pay.js';
import { InboundRun } from '../iso20022/run.js';
import { Runs } from '../iso20022/runs.js';
import { AggregatorGateway, NETWORK } from './gateway.js';
import { codeRequest, makeJpqr, walletUser } from './merchants.js';
import { WalletSide } from './payer.js';
import type { JapanScheme } from './scheme.js';

const BODY_BYTES_MAX = 1 << 20;

/** The aggregator of JPQR, both ways: merchants behind its port, wallets' users by the control API. */
export async function openJapan(scheme: JapanScheme, kit: Kit): Promise<SimulatedNetwork> {
  const { clock, faults, pause, onError, booksDir, pkiDir } = kit;
  const mark = { mark: 'JP', utcOffsetMinutes: scheme.utcOffsetMinutes };
  const books = await IsoBooks.open(`${booksDir}/${NETWORK}.books`, mark, { onBroken: onError });
  const wire = new KeyVersionWire(scheme, kit, clock);
  const parts = { scheme, books, wire, faults, clock, pause };
  const wallets = new WalletSide({ ...parts, randomUuid: randomUUID });
  const gateway = new AggregatorGateway({ ...parts, wallets });
  const payees = { payer: (number: number) => walletUser(number, scheme) };
  const runs = new Runs((request) => new InboundRun(request, wallets, payees, clock, pause));
  return {
    id: NETWORK,
    listener: new Listener((call) => gateway.answer(call), {
      port: scheme.port,
      bodyBytesMax: BODY_BYTES_MAX,
      tls: {
        key: readFileSync(`${pkiDir}/${NETWORK}.key`),
        cert: readFileSync(`${pkiDir}/${NETWORK}.crt`),
        minVersion: 'TLSv1.2',
      },
      onError,
    }),
    operations: OPERATIONS,
    routes: {
      'POST qr': (call) => sampleCode(call, scheme),
      'POST pay': (call) => payOnce(call, wallets, payees, clock),
      'POST run': (call) => runs.start(call),
      'GET payments': (_call, id) => paymentIn(books, id ?? ''),
    },
    books: async () => {
      await books.settled();
      return books.totals();
    },
    resume: async () => {
      await gateway.resume(onError);
      wallets.resume(onError);
    },
    close: async () => {
      runs.stop();
      await wire.close();
      await books.close();
    },
  };
}

const CODE = {
  fits: (text: string) => /^[A-Z_]{1,64}$/.test(text),
  rule: 'an error code: capital letters and underscores',
};
const asking: FaultyOperation = {
  faults: [...ANSWERING, 'bad_signature', 'unknown_key'],
  facts: ['reference'],
  code: CODE,
};

/** What the aggregator serves, and what it does as the payer's side. */
const OPERATIONS: Readonly<Record<string, FaultyOperation>> = {
  lookup: { ...asking, facts: [] },
  payment: {
    faults: [...asking.faults, 'duplicate', 'late_callback', 'wrong_amount'],
    facts: ['account', 'minor', 'currency', 'uetr', 'reference'],
    code: CODE,
    addMinor: wholeSteps(1n),
  },
  'payment.enquiry': asking,
  statement: { ...asking, facts: [] },
  result: { ...asking, facts: [] },
  'pay.payment': {
    faults: ['delay', 'timeout_before', 'timeout_after', 'duplicate', 'unknown_key', 'wrong_amount', 'reset'],
    facts: ['account', 'minor', 'currency', 'uetr', 'reference'],
    code: textUpTo(64),
    addMinor: wholeSteps(1n),
  },
};

function sampleCode(call: HttpCall, scheme: JapanScheme): HttpOutcome {
  const body = readBody(call, codeRequest);
  if (body.kind === 'refused') return body.reply;
  const made = makeJpqr(body.value, scheme);
  return 'qrText' in made
    ? json(200, made)
    : json(422, { error: 'no such code can be made', issues: [made.because] });
}
