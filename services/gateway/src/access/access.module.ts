import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Directory } from '@tonle/directory';
import { BadSignatures, NonceRegister } from '@tonle/door';
import { CLOCK, DATABASE, PLATFORM, provide, provideBy, SHARED } from '@tonle/http';
import { Service } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { KeyModule } from '../key/key.module.js';
import { SandboxKeyService } from '../key/sandbox-key.service.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { AccessGuard } from './access-guard.js';
import { Admission } from './admission.js';
import { Authenticator } from './authenticator.js';
import { RateLimit } from './rate-limit.js';

/** Who may ask, how often, and how many at once. */
@Module({
  imports: [DirectoryCopyModule, KeyModule, SettingsModule],
  providers: [
    provideBy(NonceRegister, [DATABASE, CLOCK, Service], (database, clock, service) => {
      const nonces = new NonceRegister(database, clock);
      nonces.runIn(service);
      return nonces;
    }),
    provideBy(BadSignatures, [PLATFORM], (platform) => new BadSignatures(platform)),
    provideBy(
      Authenticator,
      [Directory, SandboxKeyService, NonceRegister, BadSignatures, SETTINGS, CLOCK],
      (directory, ownKeys, nonces, bad, { ownHosts }, clock) =>
        new Authenticator({ directory, ownKeys, nonces, bad, ownHosts, clock }),
    ),
    provideBy(
      RateLimit,
      [SHARED, CLOCK, SETTINGS],
      (shared, clock, settings) => new RateLimit(shared, clock, settings.ratePerSecond),
    ),
    provideBy(Admission, [SETTINGS], ({ inWorkMax }) => new Admission(inWorkMax)),
    provide(AccessGuard, Authenticator, RateLimit, Admission, CLOCK),
    { provide: APP_GUARD, useExisting: AccessGuard },
  ],
  exports: [Admission],
})
export class AccessModule {}
