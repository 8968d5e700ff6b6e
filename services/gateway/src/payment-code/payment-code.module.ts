import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { CALLS, CLOCK, provide, RANDOM } from '@tonle/http';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { PaymentCodeController } from './payment-code.controller.js';
import { PaymentCodeService } from './payment-code.service.js';

/** Codes that payers show. */
@Module({
  imports: [DirectoryCopyModule],
  controllers: [PaymentCodeController],
  providers: [provide(PaymentCodeService, Directory, CALLS, CLOCK, RANDOM)],
})
export class PaymentCodeModule {}
