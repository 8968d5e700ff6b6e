import { Module } from '@nestjs/common';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { RateController } from './rate.controller.js';

/** Standing rates of FX providers. */
@Module({ imports: [DirectoryCopyModule], controllers: [RateController] })
export class RateModule {}
