import { Module } from '@nestjs/common';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { CloseController } from './close.controller.js';
import { InvoiceController } from './invoice.controller.js';
import { PositionController } from './position.controller.js';

/** What people who keep the books ask and do. */
@Module({
  imports: [DirectoryCopyModule],
  controllers: [CloseController, InvoiceController, PositionController],
})
export class FinanceModule {}
