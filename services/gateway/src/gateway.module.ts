import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { CorridorController } from './directory/corridor.controller.js';
import { IsoController } from './iso20022/iso.controller.js';
import { LookupController } from './lookup/lookup.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { PaymentController } from './payment/payment.controller.js';
import { QuoteController } from './quote/quote.controller.js';
import { RateController } from './rate/rate.controller.js';
import { ReferenceController } from './reference/reference.controller.js';

const CONTROLLERS: Type[] = [
  LookupController,
  QuoteController,
  PaymentController,
  CorridorController,
  RateController,
  IsoController,
  OperationsController,
  ReferenceController,
];

/** The front door: controllers over objects that were made before, each known by its class. */
export class GatewayModule {
  static of(parts: readonly object[], guard: AccessGuard): DynamicModule {
    const providers: Provider[] = parts.map((part) => ({ provide: part.constructor, useValue: part }));
    return {
      module: GatewayModule,
      controllers: CONTROLLERS,
      providers: [...providers, { provide: APP_GUARD, useValue: guard }],
    };
  }
}
