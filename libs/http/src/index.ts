export { createHttpApp } from './http-app.js';
export type { HttpApp, HttpAppOptions } from './http-app.js';
export {
  CALLS,
  CLOCK,
  DATABASE,
  PLATFORM,
  PlatformModule,
  RANDOM,
  SHARED,
  TELEMETRY,
  TRANSPORT,
} from './platform.module.js';
export { key, provide, provideBy } from './provide.js';
export type { Key, Token } from './provide.js';
export { assembleNestService, startNestService } from './nest-service.js';
export type { HttpListener, NestService, NestServiceOptions } from './nest-service.js';
export { Problem, problem, schemaProblem } from './problem.js';
export type { ProblemDocument, ProblemError } from './problem.js';
