import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { CALLS, provide } from '@tonle/http';
import { DirectoryModule } from '../directory/directory.module.js';
import { AuditService } from './audit.service.js';
import { OperationsController } from './operations.controller.js';

/** What operators ask and do. */
@Module({
  imports: [DirectoryModule],
  controllers: [OperationsController],
  providers: [provide(AuditService, CALLS, Directory)],
})
export class OperationsModule {}
