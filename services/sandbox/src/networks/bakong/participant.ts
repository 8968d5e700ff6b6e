import {
  readIso,
  writeIso,
  type CustomerReversal,
  type CustomerStatus,
  type CustomerTransfer,
} from '@tonle/iso20022';
import { amount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { findBakongAccount } from './accounts.js';
import type { CallFacts } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { underFault, type Operation, type Pause } from '../../kit/faulty.js';
import type { HttpCall, HttpOutcome, HttpReply } from '../../kit/listener.js';
import type { BakongEntry, BakongLedger, CoreAnswer } from './ledger.js';
import { readSoap, writeSoapAnswer, writeSoapFault, type SoapRequest } from './soap.js';

const STATUS_VERSION = 'pain.002.001.06';
const EXTERNAL_REF = /^[A-Z0-9]{11}\/[A-Z0-9]{11}\/[A-Za-z0-9]{1,11}$/;
const INCOMING_MAX = 100;

type Order = CustomerTransfer | CustomerReversal;

/** The participant interface of Bakong: SOAP operations over ISO 20022 messages. */
export class ParticipantInterface {
  private answers = 0;

  constructor(
    private readonly ledger: BakongLedger,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
    private readonly credentials: { readonly user: string; readonly password: string },
  ) {}

  /** `POST /cb`. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const soap = readSoap(call.body.toString('utf8'));
    if (soap === undefined) return soapFault('the request cannot be read');
    const { cm_user_name: user, cm_password: password } = soap.parameters;
    if (user !== this.credentials.user || password !== this.credentials.password)
      return soapFault('invalid credentials');
    switch (soap.operation) {
      case 'makeFullFundTransfer':
        return this.order(soap, 'iso_message', 'customer_transfer');
      case 'makeReverseTransaction':
        return this.order(soap, 'content_message', 'customer_reversal');
      case 'getIncomingTransaction':
        return this.incoming(soap);
      default:
        return soapFault(`unknown operation ${soap.operation}`);
    }
  }

  private async order(soap: SoapRequest, parameter: string, kind: Order['kind']): Promise<HttpOutcome> {
    const reading = readIso(Buffer.from(soap.parameters[parameter] ?? ''));
    if (reading.kind === 'refused') {
      const [first] = reading.errors;
      return soapFault(`wrong format: ${first?.path ?? ''} ${first?.detail ?? 'unreadable'}`);
    }
    const { message } = reading;
    if (
      message.kind !== kind ||
      (message.kind !== 'customer_transfer' && message.kind !== 'customer_reversal')
    ) {
      return soapFault(`wrong format: ${reading.version} is not for ${soap.operation}`);
    }
    const fault = this.faults.pick('bakong', soap.operation, factsOf(message));
    return underFault(fault, this.operation(soap, message), this.pause);
  }

  private operation(soap: SoapRequest, message: Order): Operation {
    const perform = async (addMinor = 0n): Promise<HttpReply> => {
      const answered = await this.atCore(soap, message, addMinor);
      return soapAnswer(soap.operation, [this.status(message, answered)]);
    };
    return {
      perform,
      refuse: (code) =>
        Promise.resolve(
          soapAnswer(soap.operation, [this.status(message, { kind: 'refused', because: code })]),
        ),
      late: async (delayMs) => {
        // The order lingers in the network and is done after its caller has given up.
        void this.pause(delayMs).then(() => this.atCore(soap, message, 0n));
        return Promise.resolve('silence' as const);
      },
    };
  }

  private atCore(soap: SoapRequest, message: Order, addMinor: bigint): Promise<CoreAnswer> {
    const externalRef = referenceOf(message);
    if (!EXTERNAL_REF.test(externalRef))
      return Promise.resolve({ kind: 'refused', because: 'wrong format: payment information id' });
    const told = soap.parameters['ext_ref'];
    if (told !== undefined && told !== externalRef)
      return Promise.resolve({ kind: 'refused', because: 'wrong format: ext_ref' });
    const { endToEndId, messageId } = namesOf(message);
    if (message.kind === 'customer_reversal') {
      return this.ledger.reverse(
        {
          externalRef,
          originalRef: message.originalPaymentInformationId,
          currency: message.reversedAmount.currency,
          minor: message.reversedAmount.minor,
          endToEndId,
          messageId,
        },
        addMinor,
      );
    }
    return this.ledger.transfer(
      {
        externalRef,
        from: (message.debtorAccount.id ?? '').toLowerCase(),
        to: (message.creditorAccount.id ?? '').toLowerCase(),
        currency: message.amount.currency,
        minor: message.amount.minor,
        endToEndId,
        instructionRef: message.instructionId,
        messageId,
        remittance: message.remittance,
      },
      addMinor,
    );
  }

  private status(message: Order, answered: CoreAnswer): string {
    this.answers += 1;
    const { originalMessageName, endToEndId, messageId } = namesOf(message);
    const at = this.clock.now();
    const common = {
      kind: 'customer_status' as const,
      messageId: `REP${at}${this.answers}`,
      createdAt: localTime(at),
      originalMessageId: messageId,
      originalMessageName,
      originalPaymentInformationId: referenceOf(message),
      originalEndToEndId: endToEndId,
    };
    const status: CustomerStatus =
      answered.kind === 'booked'
        ? { ...common, status: 'ACSP', reasonText: ['Success'], ledgerHash: answered.entry.hash }
        : {
            ...common,
            status: 'RJCT',
            reason: 'NARR',
            reasonText: [`REJECTED AT CORE DUE TO: [${answered.because}]`],
          };
    return writeIso(status, STATUS_VERSION, undefined, { envelope: 'none' });
  }

  private async incoming(soap: SoapRequest): Promise<HttpOutcome> {
    const size = Number(soap.parameters['size'] ?? '10');
    if (!Number.isInteger(size) || size < 1) return soapFault('wrong format: size');
    const bic = soap.parameters['payee_participant_code'] ?? '';
    const operation: Operation = {
      perform: () => {
        const found = this.ledger.incoming(bic, Math.min(size, INCOMING_MAX));
        return Promise.resolve(soapAnswer(soap.operation, found.map(asTransfer)));
      },
      refuse: (code) => Promise.resolve(soapFault(code)),
    };
    return underFault(this.faults.pick('bakong', soap.operation, {}), operation, this.pause);
  }
}

function referenceOf(message: Order): string {
  return message.kind === 'customer_transfer'
    ? message.paymentInformationId
    : message.reversalPaymentInformationId;
}

function namesOf(message: Order): { originalMessageName: string; endToEndId: string; messageId: string } {
  return message.kind === 'customer_transfer'
    ? { originalMessageName: 'pain.001.001.05', endToEndId: message.endToEndId, messageId: message.messageId }
    : {
        originalMessageName: 'pain.007.001.05',
        endToEndId: message.originalEndToEndId,
        messageId: message.messageId,
      };
}

function factsOf(message: Order): CallFacts {
  const reference = referenceOf(message);
  if (message.kind === 'customer_reversal') {
    return { minor: message.reversedAmount.minor, currency: message.reversedAmount.currency, reference };
  }
  const accounts = [message.debtorAccount.id, message.creditorAccount.id];
  return { accounts, minor: message.amount.minor, currency: message.amount.currency, reference };
}

/** Bakong writes local time, +07:00. */
function localTime(epochMs: number): string {
  return `${new Date(epochMs + 7 * 3_600_000).toISOString().slice(0, -1)}+07:00`;
}

function asTransfer(entry: BakongEntry): string {
  const from = findBakongAccount(entry.from);
  const to = findBakongAccount(entry.to);
  const at = localTime(entry.at);
  return writeIso(
    {
      kind: 'customer_transfer',
      messageId: entry.messageId,
      createdAt: at,
      initiatingParty: { name: from?.name ?? entry.from },
      paymentInformationId: entry.externalRef,
      executionDate: at.slice(0, 10),
      debtor: { name: from?.name ?? entry.from },
      debtorAccount: { id: entry.from },
      debtorAgent: { bic: from?.bic },
      instructionId: entry.instructionRef,
      endToEndId: entry.endToEndId,
      amount: amount(entry.currency, BigInt(entry.minor)),
      chargeBearer: 'CRED',
      creditor: { name: to?.name ?? entry.to },
      creditorAccount: { id: entry.to },
      creditorAgent: { bic: to?.bic },
      remittance: entry.remittance,
    },
    'pain.001.001.05',
    undefined,
    { envelope: 'none' },
  );
}

function soapAnswer(operation: string, returns: readonly string[]): HttpReply {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: writeSoapAnswer(operation, returns),
  };
}

function soapFault(text: string): HttpReply {
  return { status: 500, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: writeSoapFault(text) };
}
