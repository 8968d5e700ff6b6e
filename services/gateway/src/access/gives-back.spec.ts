import { describe, expect, it } from '@jest/globals';
import { IsoController } from '../iso20022/iso.controller.js';
import { PaymentController } from '../payment/payment.controller.js';
import { IsoRecallController } from '../recall/iso-recall.controller.js';
import { RecallController } from '../recall/recall.controller.js';
import { RefundController } from '../refund/refund.controller.js';
import { partIn } from './access.js';

describe('whom operators have paused', () => {
  it.each<[string, object]>([
    ['a refund', RefundController.prototype.refund],
    ['a pacs.004', IsoController.prototype.giveBack],
    ['a recall', RecallController.prototype.create],
    ['an answer to one', RecallController.prototype.answer],
    ['a camt.056', IsoRecallController.prototype.ask],
    ['a camt.029', IsoRecallController.prototype.hear],
  ])('may still send %s', (_what, handler) => {
    expect(partIn('payments', 'POST', handler)).toEqual({ role: 'any', begun: 'refund' });
  });

  it('may pay nobody', () => {
    const handler = PaymentController.prototype.pay;
    expect(partIn('payments', 'POST', handler)).toEqual({ role: 'send', begun: 'payment' });
  });
});
