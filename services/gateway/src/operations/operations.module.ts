import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { CALLS, provide } from '@tonle/http';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { SwitchAuditService } from './switch-audit.service.js';
import { OperationsController } from './operations.controller.js';

/** What operators ask and do. */
@Module({
  imports: [DirectoryCopyModule],
  controllers: [OperationsController],
  providers: [provide(SwitchAuditService, CALLS, Directory)],
})
export class OperationsModule {}
