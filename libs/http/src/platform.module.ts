import { Global, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule, OnApplicationBootstrap } from '@nestjs/common';
import type { ServiceCalls, SharedState } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import { Service } from '@tonle/platform';
import type { Clock, Platform, Random, RunningService } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { key } from './provide.js';

export const PLATFORM = key<Platform>('Platform');
export const CLOCK = key<Clock>('Clock');
export const RANDOM = key<Random>('Random');
export const TELEMETRY = key<Telemetry>('Telemetry');
export const DATABASE = key<Database>('Database');
export const CALLS = key<ServiceCalls>('ServiceCalls');
export const SHARED = key<SharedState>('SharedState');

/** What every module of a service may inject: the platform, its parts, and the Service in which work is declared. */
@Global()
@Module({})
export class PlatformModule {
  /** The module of one service, whose parts may all be injected by their keys. */
  static of(platform: Platform, service: Service): DynamicModule {
    const { clock, random, telemetry, database, calls, shared } = platform;
    const held = new Map<symbol | typeof Service, object>([
      [PLATFORM, platform],
      [CLOCK, clock],
      [RANDOM, random],
      [TELEMETRY, telemetry],
      [DATABASE, database],
      [CALLS, calls],
      [SHARED, shared],
      [Service, service],
    ]);
    return {
      module: PlatformModule,
      providers: [...held].map(([provide, useValue]) => ({ provide, useValue })),
      exports: [...held.keys()],
    };
  }
}

/** Starts the service when its modules are made, and closes it before they go. */
export class ServiceLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: RunningService | undefined;

  /** `held`: starts when it is told to, for tests that drive the parts themselves. */
  constructor(
    private readonly service: Service,
    private readonly held: boolean,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.held) await this.start();
  }

  /** Once, whoever asks first. */
  async start(): Promise<RunningService> {
    this.running ??= await this.service.start();
    return this.running;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.service.close();
  }
}
