import { controllersOf } from '@tonle/http';
import { GatewayModule } from '../gateway.module.js';
import { openApiDocument } from './openapi.js';
import type { Json } from './schema-json.js';

/** The OpenAPI document of the gateway, without starting it. */
export function publicApi(): Json {
  return openApiDocument(controllersOf(GatewayModule));
}
