import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { CALLS, CLOCK, provide } from '@tonle/http';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { LookupModule } from '../lookup/lookup.module.js';
import { LookupService } from '../lookup/lookup.service.js';
import { QuoteController } from './quote.controller.js';
import { QuoteService } from './quote.service.js';

/** What a payment would cost. */
@Module({
  imports: [DirectoryCopyModule, LookupModule],
  controllers: [QuoteController],
  providers: [provide(QuoteService, Directory, LookupService, CALLS, CLOCK)],
  exports: [QuoteService],
})
export class QuoteModule {}
