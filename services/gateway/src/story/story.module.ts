import { Inject, Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { EvidenceLog } from '@tonle/door';
import { CALLS, DATABASE, PLATFORM, provide, provideBy, TELEMETRY } from '@tonle/http';
import { declareStory, Service, type Platform } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { OperatorDeedsService } from '../operations/operator-deeds.service.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { webhookFormats } from '../webhook/webhook-formats.js';
import { EVIDENCE_SIGNER, evidenceSignerOf } from './evidence-signer.js';
import { GatewayStory } from './gateway-story.view.js';
import { StoryController } from './story.controller.js';
import { StoryService } from './story.service.js';
import { WebhookFacts } from './webhook-facts.view.js';

/** What is known of one payment, for people. */
@Module({
  imports: [DirectoryCopyModule, SettingsModule],
  controllers: [StoryController],
  providers: [
    provide(EvidenceLog, DATABASE, TELEMETRY),
    provideBy(EVIDENCE_SIGNER, [SETTINGS], evidenceSignerOf),
    provideBy(
      WebhookFacts,
      [DATABASE, Directory, SETTINGS],
      (database, directory, { bic }) => new WebhookFacts(database, webhookFormats(database, directory, bic)),
    ),
    provide(GatewayStory, DATABASE, WebhookFacts),
    provide(OperatorDeedsService, CALLS, Directory),
    provide(StoryService, CALLS, Directory, OperatorDeedsService),
  ],
})
export class StoryModule {
  constructor(service: Service, @Inject(PLATFORM) platform: Platform, story: GatewayStory) {
    declareStory(service, platform, story);
  }
}
