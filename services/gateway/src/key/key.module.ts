import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { PLATFORM, provide } from '@tonle/http';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { KeyController } from './key.controller.js';
import { TrustedKeyController } from './trusted-key.controller.js';
import { SandboxKeyService } from './sandbox-key.service.js';

/** Keys that participants of a sandbox register for themselves. */
@Module({
  imports: [DirectoryCopyModule],
  controllers: [KeyController, TrustedKeyController],
  providers: [provide(SandboxKeyService, Directory, PLATFORM)],
  exports: [SandboxKeyService],
})
export class KeyModule {}
