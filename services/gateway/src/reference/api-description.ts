import type { Type } from '@nestjs/common';
import { openApiDocument } from './openapi.js';

/** The OpenAPI document of the controllers that are served; made when it is first asked for. */
export class ApiDescription {
  private written: Buffer | undefined;

  constructor(private readonly controllers: readonly Type[]) {}

  json(): Buffer {
    this.written ??= Buffer.from(JSON.stringify(openApiDocument(this.controllers)));
    return this.written;
  }
}
