import {
  contentTypeOf,
  errorBody,
  isCorrelationId,
  negotiate,
  partiesPut,
  quotesPost,
  quotesPut,
  readFspiop,
  readPath,
  statusOfError,
  transfersPost,
  transfersPut,
  writeError,
  type FspiopPath,
  type FspiopResource,
  type PartyKey,
} from '@tonle/network-fspiop';
import type { HttpCall, HttpOutcome, HttpReply } from '../../kit/listener.js';
import type { Teller } from './call-backs.js';
import type { PayeeSide } from './payee-side.js';
import type { PayerTransfers } from './payer-transfers.js';
import { RECEIPT } from './receipts.js';
import type { EkashScheme } from './scheme.js';
import type { Told } from './told.js';
import type { EkashWire } from './wire.js';

const TAKEN: HttpReply = { status: 200, headers: {}, body: '' };

export interface SwitchParts {
  readonly scheme: EkashScheme;
  readonly wire: EkashWire;
  readonly payees: PayeeSide;
  readonly payers: PayerTransfers;
  readonly told: Told;
  readonly teller: Teller;
}

/** eKash's switch as Tonle calls it: what is wrong with a request is said at once, all else by call-back. */
export class EkashSwitch {
  constructor(private readonly parts: SwitchParts) {}

  /** In this order: is there such a path, is it signed, does it name its version and for whom it is, can it be read. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const path = readPath(call.path);
    if (path === undefined) return refuse('3002', call.path, 'transfers');
    const { resource } = path;
    const wrong = this.parts.wire.whyNot(call);
    if (wrong !== undefined) return refuse('3105', wrong, resource);
    const isAnswer = call.method === 'PUT';
    const spoken = negotiate(resource, call.headers, isAnswer, this.parts.scheme.version);
    if (spoken.kind === 'refused') return refuse(spoken.code, spoken.detail, resource);
    if (spoken.version !== this.parts.scheme.version)
      return refuse('3001', `the scheme speaks ${this.parts.scheme.version}`, resource);
    if (!this.isAddressed(call, path)) return refuse('3102', 'FSPIOP-Destination is missing', resource);
    const route = `${call.method} ${resource}${path.parts.length === 0 ? '' : '/'}${path.isError ? '/error' : ''}`;
    return this.routed(route, call, path);
  }

  private routed(route: string, call: HttpCall, { parts, resource }: FspiopPath): Promise<HttpOutcome> {
    const [first = '', second = '', subId] = parts;
    switch (route) {
      case 'GET parties/':
        return this.parts.payees.lookUp({ type: first, id: second, subId } as PartyKey);
      case 'PUT parties/':
        return this.hear(call, partiesPut, resource);
      case 'PUT quotes/':
        return this.hear(call, quotesPut, resource);
      case 'PUT parties//error':
      case 'PUT quotes//error':
        return this.hear(call, errorBody, resource);
      case 'POST quotes':
        return this.quote(call);
      case 'GET quotes/':
        return this.about(first, resource, () => this.parts.payees.quoted(first));
      case 'POST transfers':
        return this.transfer(call);
      case 'GET transfers/':
        return this.about(first, resource, () => this.standing(first));
      case 'PUT transfers/':
        return this.fulfil(first, call.body);
      case 'PUT transfers//error':
        return this.fail(first, call.body);
      default:
        return Promise.resolve(refuse('3000', `${call.method} is not served here`, resource, 405));
    }
  }

  /** Only a look-up need not say for whom it is. */
  private isAddressed({ method, headers }: HttpCall, { resource }: FspiopPath): boolean {
    return typeof headers['fspiop-destination'] === 'string' || (method === 'GET' && resource === 'parties');
  }

  /** An answer to what a payer's FSP has asked. */
  private async hear(
    { path, body }: HttpCall,
    schema: Parameters<typeof readFspiop>[0],
    resource: FspiopResource,
  ): Promise<HttpOutcome> {
    const read = readFspiop(schema, body);
    if (read.kind === 'refused') return refuse(read.code, read.detail, resource);
    this.parts.told.tell(path.replace(/\/error$/, ''), body);
    return TAKEN;
  }

  private async quote({ body, headers }: HttpCall): Promise<HttpOutcome> {
    const read = readFspiop(quotesPost, body);
    if (read.kind === 'refused') return refuse(read.code, read.detail, 'quotes');
    const payeeFsp = String(headers['fspiop-destination']);
    if (!Object.hasOwn(this.parts.scheme.fsps, payeeFsp))
      return refuse('3201', `${payeeFsp} is no FSP here`, 'quotes');
    if (read.body.payer.partyIdInfo.fspId !== this.parts.scheme.tonle)
      return refuse('3100', 'payer.partyIdInfo.fspId is not the source', 'quotes');
    return this.parts.payees.quote(read.body, payeeFsp, body);
  }

  private async transfer({ body, headers }: HttpCall): Promise<HttpOutcome> {
    const read = readFspiop(transfersPost, body);
    if (read.kind === 'refused') return refuse(read.code, read.detail, 'transfers');
    const { payerFsp, payeeFsp } = read.body;
    const { scheme, payees } = this.parts;
    if (payerFsp !== scheme.tonle) return refuse('3100', 'payerFsp is not the source', 'transfers');
    if (payeeFsp !== headers['fspiop-destination'])
      return refuse('3100', 'payeeFsp is not FSPIOP-Destination', 'transfers');
    if (!Object.hasOwn(scheme.fsps, payeeFsp))
      return refuse('3201', `${payeeFsp} is no FSP here`, 'transfers');
    return payees.transfer(read.body, body);
  }

  /** Of either direction: the ids of both are of one kind. */
  private async standing(transferId: string): Promise<HttpOutcome> {
    const told = this.parts.payers.standing(transferId);
    if (told === undefined) return this.parts.payees.transferred(transferId);
    void this.parts.teller.tell(told);
    return RECEIPT;
  }

  private async fulfil(transferId: string, body: Uint8Array): Promise<HttpOutcome> {
    const read = readFspiop(transfersPut, body);
    if (read.kind === 'refused') return refuse(read.code, read.detail, 'transfers');
    const code = await this.parts.payers.fulfilled(transferId, read.body);
    if (code === undefined) return TAKEN;
    return refuse(
      code,
      code === '3100' ? 'the fulfilment does not fit the condition' : undefined,
      'transfers',
    );
  }

  private async fail(transferId: string, body: Uint8Array): Promise<HttpOutcome> {
    const read = readFspiop(errorBody, body);
    if (read.kind === 'refused') return refuse(read.code, read.detail, 'transfers');
    const code = await this.parts.payers.failed(transferId, read.body.errorInformation.errorCode);
    return code === undefined ? TAKEN : refuse(code, undefined, 'transfers');
  }

  private about(
    id: string,
    resource: FspiopResource,
    tell: () => Promise<HttpOutcome>,
  ): Promise<HttpOutcome> {
    return isCorrelationId(id)
      ? tell()
      : Promise.resolve(refuse('3101', 'the id is a UUID of version 1 to 5, in lower case', resource));
  }
}

function refuse(
  code: string,
  detail: string | undefined,
  resource: FspiopResource,
  status = statusOfError(code),
): HttpReply {
  return {
    status,
    headers: { 'content-type': contentTypeOf(resource) },
    body: JSON.stringify(writeError(code, detail)),
  };
}
