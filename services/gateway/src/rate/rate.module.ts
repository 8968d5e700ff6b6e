import { Module } from '@nestjs/common';
import { RateController } from './rate.controller.js';

/** Standing rates of FX providers. */
@Module({ controllers: [RateController] })
export class RateModule {}
