import {
  adapterCalls,
  refusedField,
  type Customer,
  type PaymentCodeAnswer,
  type PaymentCodeRequest,
  type Refusal,
} from '@tonle/contracts';
import {
  closureOf,
  closureRefusal,
  type Corridor,
  type Directory,
  type ParticipantBody,
} from '@tonle/directory';
import type { ServiceCalls } from '@tonle/messaging';
import { amountToJson } from '@tonle/money';
import type { Clock, Random } from '@tonle/platform';
import { askPatiently } from '../http/patient-call.js';
import { readAmount, showAmount } from '../http/public-amount.js';
import { kindRefusal } from '../lookup/lookup.js';
import { debtorOf, debtorRefusal } from '../payment/instruction.decide.js';
import type { CreatePaymentCode, PublicPaymentCode } from './payment-code.schema.js';

/** Codes for payers to show: a bank asks for one, and agrees for its customer to what is drawn on it. */
export class PaymentCodeService {
  constructor(
    private readonly directory: Directory,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /**
   * Refuses, in this order: an unknown corridor, one that demands a purpose (a drawing has none), a debtor of another bank, an
   * amount that is none of the payer's, a closed corridor, what the network refuses. Throws ServiceUnavailable when its adapter
   * is away.
   */
  async issue(
    participant: ParticipantBody,
    body: CreatePaymentCode,
  ): Promise<{ readonly kind: 'ok'; readonly code: PublicPaymentCode } | Refusal> {
    const corridor = this.directory.corridor(body.corridor);
    const home = this.directory.homeOf(participant);
    if (corridor === undefined || home?.networkId !== corridor.home.networkId)
      return refusedField(
        'corridor_unknown',
        '/corridor',
        `There is no corridor ${body.corridor} from here.`,
      );
    const demanded = corridor.requiredPurposes.outbound;
    if (demanded.length > 0)
      return refusedField(
        'payment_codes_not_served',
        '/corridor',
        `Corridor ${corridor.corridorId} demands a purpose, and a merchant who draws on a code names none.`,
      );
    const debtor = payerOf(participant, body, corridor);
    if ('kind' in debtor) return debtor;
    const most = readAmount(body.most, '/most');
    if (most.kind === 'refused') return most;
    const { currency } = most.amount;
    if (!corridor.home.currencies.includes(currency))
      return refusedField(
        'unknown_currency',
        '/most/currency',
        `${currency} is not served in this corridor.`,
      );
    const nowMs = this.clock.now();
    const closure = closureOf(corridor, 'outbound', nowMs, 'offer');
    if (closure !== undefined) return closureRefusal(closure, nowMs);
    const request: PaymentCodeRequest = {
      codeId: this.random.id(nowMs),
      participant: participant.participantId,
      corridor: corridor.corridorId,
      debtor,
      most: amountToJson(most.amount),
    };
    const { paymentCode } = adapterCalls(corridor.partner.adapter);
    const { answer } = await askPatiently(this.calls, this.clock, paymentCode, request);
    return answer.kind === 'refused' ? answer : { kind: 'ok', code: shown(request, answer) };
  }
}

function payerOf(
  participant: ParticipantBody,
  { debtor }: CreatePaymentCode,
  { home }: Corridor,
): Customer | Refusal {
  const foreign = debtorRefusal(participant, debtor.account, home, '/debtor/account');
  if (foreign !== undefined) return foreign;
  const { accountType = home.accounts.default } = debtor;
  return kindRefusal(accountType, home, '/debtor/accountType') ?? debtorOf({ ...debtor, accountType }, home);
}

function shown(
  { codeId: paymentCodeId, corridor, most }: PaymentCodeRequest,
  { code, barcode, expiresAt }: Extract<PaymentCodeAnswer, { kind: 'issued' }>,
): PublicPaymentCode {
  return { paymentCodeId, corridor, code, barcode, most: showAmount(most), expiresAt };
}
