import type { DynamicModule, Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DoorController } from './door.controller.js';
import type { DoorGuard } from './door.guard.js';

/** The inbound door: one controller over objects that were made before, each known by its class. */
export class DoorModule {
  static of(parts: readonly object[], guard: DoorGuard): DynamicModule {
    const providers: Provider[] = parts.map((part) => ({ provide: part.constructor, useValue: part }));
    return {
      module: DoorModule,
      controllers: [DoorController],
      providers: [...providers, { provide: APP_GUARD, useValue: guard }],
    };
  }
}
