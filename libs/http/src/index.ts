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
} from './platform.module.js';
export { key, provide, provideBy } from './provide.js';
export type { Key, Token } from './provide.js';
export { assembleNestService, startNestService } from './nest-service.js';
export type { HttpListener, NestService, NestServiceOptions } from './nest-service.js';
export { ApiTag, Endpoint, RequestHeader } from './endpoint.js';
export type { DeclaredAnswer, EndpointOptions } from './endpoint.js';
export { Problem, problemOf, schemaProblem, served } from './problem.js';
export type { ProblemDocument } from './problem.js';
export { controllersOf, routesOf } from './routes.js';
export type { DeclaredRoute } from './routes.js';
export { mediaTypeOf, xmlBody } from './schema-pipe.js';
export { messageListener, signAnswers } from './message-listener.js';
export type {
  MessageAnswerer,
  MessageListener,
  RequestSignatures,
  SignedRequest,
} from './message-listener.js';
