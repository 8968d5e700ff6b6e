import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { DirectoryCopyModule } from './directory/directory-copy.module.js';
import { FinanceModule } from './finance/finance.module.js';
import { IsoModule } from './iso20022/iso.module.js';
import { KeyModule } from './key/key.module.js';
import { LookupModule } from './lookup/lookup.module.js';
import { NoticeModule } from './notice/notice.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { PaymentCodeModule } from './payment-code/payment-code.module.js';
import { PaymentModule } from './payment/payment.module.js';
import { QuoteModule } from './quote/quote.module.js';
import { RateModule } from './rate/rate.module.js';
import { RecallModule } from './recall/recall.module.js';
import { RefundModule } from './refund/refund.module.js';
import { WebhookModule } from './webhook/webhook.module.js';
import { ReportModule } from './report/report.module.js';
import { StoryModule } from './story/story.module.js';
import { ReferenceModule } from './reference/reference.module.js';

/** The public API of participants and operators: REST and ISO 20022. */
@Module({
  imports: [
    AccessModule,
    DirectoryCopyModule,
    LookupModule,
    QuoteModule,
    PaymentModule,
    RefundModule,
    RecallModule,
    PaymentCodeModule,
    IsoModule,
    RateModule,
    KeyModule,
    NoticeModule,
    OperationsModule,
    FinanceModule,
    WebhookModule,
    ReferenceModule,
    ReportModule,
    StoryModule,
  ],
})
export class GatewayModule {}
