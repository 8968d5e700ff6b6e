import type { Type } from '@nestjs/common';
import { openApiDocument } from './openapi.js';

/** The OpenAPI document of the controllers that are served; made when it is first asked for. */
export class ApiDescription {
  private text: string | undefined;

  constructor(private readonly controllers: readonly Type[]) {}

  json(): string {
    this.text ??= JSON.stringify(openApiDocument(this.controllers));
    return this.text;
  }
}
