import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { refused } from '@tonle/contracts';
import { problemOf } from '@tonle/http';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/access.js';
import { ApiDescription } from './api-description.js';
import { KeptFiles } from './kept-files.js';
import { docsPage, errorsPage } from './pages.js';

// Everything is served from here: the page must work where there is no internet.
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The API describes itself: for machines, and as pages to read. Each answer is held once, however many wait for it. */
@Controller()
@Needs('nobody')
export class ReferenceController {
  private readonly assets = new KeptFiles(FOLDER);
  private readonly docsBytes = Buffer.from(docsPage());
  private readonly errorsBytes = Buffer.from(errorsPage());

  constructor(private readonly description: ApiDescription) {}

  @Get()
  root(@Res() reply: FastifyReply): void {
    void reply.redirect('/docs', 302);
  }

  @Get('openapi.json')
  openApi(@Res() reply: FastifyReply): void {
    void reply.header('content-type', 'application/json; charset=utf-8').send(this.description.json());
  }

  @Get('docs')
  docs(@Res() reply: FastifyReply): void {
    html(reply, this.docsBytes);
  }

  @Get('docs/start.js')
  start(@Res() reply: FastifyReply): void {
    const script =
      "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, supportedSubmitMethods: [] });";
    void reply.header('content-type', 'text/javascript; charset=utf-8').send(script);
  }

  @Get('docs/:asset')
  async asset(@Param('asset') asset: string, @Res() reply: FastifyReply): Promise<void> {
    const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined;
    if (type === undefined) throw problemOf(refused('not_found'));
    const bytes = await this.assets.bytesOf(asset);
    void reply.header('content-type', type).header('cache-control', 'public, max-age=86400').send(bytes);
  }

  @Get('errors')
  errors(@Res() reply: FastifyReply): void {
    html(reply, this.errorsBytes);
  }
}

function html(reply: FastifyReply, page: Buffer): void {
  void reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .send(page);
}
