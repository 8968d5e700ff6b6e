import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '@tonle/platform';
import { readBody } from '../../kit/body.js';
import { systemRandomBytes } from '../../kit/clock.js';
import { json, Listener, type HttpCall, type HttpOutcome, type ListenerOptions } from '../../kit/listener.js';
import type { Kit, SimulatedNetwork } from '../../kit/network.js';
import { SignedWire } from '../../kit/signed-wire.js';
import { makeNationalCode, nationalRequest } from '../sample-codes.js';
import { IsoBooks } from './books.js';
import { IsoDelivery } from './delivery.js';
import { JsonSwitch } from './json-switch.js';
import { Messages } from './messages.js';
import { Notifications } from './notifications.js';
import { operationsOf } from './operations.js';
import { payOnce } from './pay.js';
import { PayeeReturns } from './payee-returns.js';
import { PayeeRules } from './payees.js';
import { PayerSide } from './payer.js';
import { IsoRecalls } from './recalls.js';
import { InboundRun } from './run.js';
import { Runs } from './runs.js';
import { notifies, type IsoScheme } from './scheme.js';
import { IsoSwitch } from './switch.js';

const BODY_BYTES_MAX = 1 << 20;

/** A network of plain ISO 20022, both ways: as the payee's side behind its port, as the payer's side by the control API. */
export async function openIsoNetwork(scheme: IsoScheme, kit: Kit): Promise<SimulatedNetwork> {
  const { clock, faults, pause, onError } = kit;
  const books = await IsoBooks.open(`${kit.booksDir}/${scheme.id}.books`, scheme, { onBroken: onError });
  const messages = new Messages(scheme);
  const payees = new PayeeRules(scheme);
  const wire = new SignedWire(
    { ...scheme, keysDir: kit.keysDir, pkiDir: kit.pkiDir },
    clock,
    systemRandomBytes,
  );
  const parts = { scheme, messages, books, wire, faults, clock, pause, randomUuid: randomUUID };
  const delivery = new IsoDelivery(parts);
  const side = new PayerSide(parts, delivery, randomUUID);
  const returns = new PayeeReturns(parts, delivery);
  const notifications = notifies(scheme) ? new Notifications(parts) : undefined;
  const recalls = new IsoRecalls({ ...parts, onError }, returns);
  const isoSwitch = new IsoSwitch({ ...parts, payees, recalls });
  const api = jsonSwitchOf(scheme, kit, payees, books);
  const runs = new Runs((request) => new InboundRun(request, side, payees, clock, pause));
  return {
    id: scheme.id,
    listener: new Listener((call) => (api?.serves(call) === true ? api : isoSwitch).answer(call), {
      port: scheme.port,
      bodyBytesMax: BODY_BYTES_MAX,
      tls: mutualTls(kit.pkiDir, scheme.certificate),
      onError,
    }),
    operations: operationsOf(scheme),
    routes: {
      'POST qr': (call) => sampleCode(call, scheme, payees, clock),
      'POST pay': (call) => payOnce(call, side, payees, clock),
      ...givingBack(returns, recalls),
      'POST run': (call) => runs.start(call),
      ...(notifications !== undefined && { 'POST notify': (call: HttpCall) => notifications.notify(call) }),
      'GET payments': (_call, uetr) => paymentIn(books, uetr ?? ''),
      ...(api !== undefined && {
        'POST expire-tokens': () => {
          api.expireTokens();
          return json(200, { expired: true });
        },
      }),
    },
    books: async () => {
      await books.settled();
      return books.totals();
    },
    resume: async () => {
      await isoSwitch.resume();
      delivery.resume(onError);
      void notifications?.run().catch(onError);
    },
    close: async () => {
      runs.stop();
      notifications?.stop();
      await wire.close();
      await books.close();
    },
  };
}

/** What payees give back, and what is asked back. */
function givingBack(returns: PayeeReturns, recalls: IsoRecalls): SimulatedNetwork['routes'] {
  return {
    'POST refund': (call) => returns.refund(call),
    'POST recall': (call) => recalls.recall(call),
    'GET recalls': (_call, caseId) => recalls.toldOf(caseId ?? ''),
  };
}

/** Its questions in JSON, of a network that has them. */
function jsonSwitchOf(
  scheme: IsoScheme,
  kit: Kit,
  payees: PayeeRules,
  books: IsoBooks,
): JsonSwitch | undefined {
  const { json: settings } = scheme;
  if (settings === undefined) return undefined;
  return new JsonSwitch({
    ...kit,
    scheme: { ...scheme, json: settings },
    payees,
    books,
    randomUuid: randomUUID,
  });
}

function sampleCode(call: HttpCall, scheme: IsoScheme, payees: PayeeRules, clock: Clock): HttpOutcome {
  const body = readBody(call, nationalRequest);
  if (body.kind === 'refused') return body.reply;
  const sample = makeNationalCode(body.value, scheme, payees, clock.now());
  return sample.kind === 'made'
    ? json(200, { qrText: sample.qrText })
    : json(422, { error: 'no such code can be made', issues: [sample.because] });
}

/** What the books say of a payment, by its key. */
export function paymentIn(books: IsoBooks, uetr: string): HttpOutcome {
  const credit = books.credit(uetr);
  const debit = books.debit(uetr);
  if (credit === undefined && debit === undefined)
    return json(404, { error: 'there is no such payment in the books' });
  return json(200, {
    ...(credit === undefined ? {} : { credit }),
    ...(debit === undefined ? {} : { debit }),
  });
}

/** Only who has a certificate of the sandbox is let in. */
export function mutualTls(pkiDir: string, certificate: string): NonNullable<ListenerOptions['tls']> {
  return {
    ca: readFileSync(`${pkiDir}/ca.crt`),
    key: readFileSync(`${pkiDir}/${certificate}.key`),
    cert: readFileSync(`${pkiDir}/${certificate}.crt`),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
  };
}
