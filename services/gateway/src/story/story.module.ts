import { Inject, Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { EvidenceLog } from '@tonle/door';
import { CALLS, DATABASE, PLATFORM, provide, TELEMETRY } from '@tonle/http';
import { declareStory, Service, type Platform } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { OperatorDeedsService } from '../operations/operator-deeds.service.js';
import { GatewayStory } from './gateway-story.view.js';
import { StoryController } from './story.controller.js';
import { StoryService } from './story.service.js';

/** What is known of one payment, for people. */
@Module({
  imports: [DirectoryCopyModule],
  controllers: [StoryController],
  providers: [
    provide(EvidenceLog, DATABASE, TELEMETRY),
    provide(GatewayStory, DATABASE),
    provide(OperatorDeedsService, CALLS, Directory),
    provide(StoryService, CALLS, Directory, OperatorDeedsService),
  ],
})
export class StoryModule {
  constructor(service: Service, @Inject(PLATFORM) platform: Platform, story: GatewayStory) {
    declareStory(service, platform, story);
  }
}
