import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { provideBy } from '@tonle/http';
import { ApiDescription } from './api-description.js';
import { ReferenceController } from './reference.controller.js';

/** The API describes itself. */
@Module({
  imports: [DiscoveryModule],
  controllers: [ReferenceController],
  providers: [
    provideBy(ApiDescription, [DiscoveryService], (discovery) => {
      const controllers = discovery.getControllers().map(({ metatype }) => metatype as Type);
      return new ApiDescription(controllers);
    }),
  ],
})
export class ReferenceModule {}
