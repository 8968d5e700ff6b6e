import { Module } from '@nestjs/common';
import { key, PLATFORM, provideBy } from '@tonle/http';
import { readSettings, type GatewaySettings } from './gateway.settings.js';

export const SETTINGS = key<GatewaySettings>('GatewaySettings');

@Module({
  providers: [provideBy(SETTINGS, [PLATFORM], ({ settings }) => readSettings(settings))],
  exports: [SETTINGS],
})
export class SettingsModule {}
