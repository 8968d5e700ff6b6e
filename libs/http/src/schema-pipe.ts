import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { Problem, schemaProblem, type RequestPart } from './problem.js';

/** The schema of a body that is XML: bytes as they came, which a reader of its own checks. */
export const xmlBody = z.instanceof(Buffer);

const JSON_TYPE = 'application/json';
const XML_TYPE = 'application/xml';

/** The media type of the bodies that a schema takes. */
export function mediaTypeOf(schema: unknown): string {
  return schema === xmlBody ? XML_TYPE : JSON_TYPE;
}

/**
 * Checks what `@Body`, `@Query` and `@Param` take by their `schema`, and hands on what the schema makes of it. Throws the
 * problem `schema_invalid`, or `unsupported_media_type` for XML where JSON is read and the other way round.
 */
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, { type, data, schema }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined) return value;
    const wanted = mediaTypeOf(schema);
    if (type === 'body' && Buffer.isBuffer(value) !== (wanted === XML_TYPE)) {
      throw new Problem('unsupported_media_type', `Send ${wanted} here.`);
    }
    const result = await schema['~standard'].validate(value);
    if (result.issues !== undefined) throw schemaProblem(result.issues, partOf(type, data));
    return result.value;
  }
}

/** The query and the path are named: their fields could be taken for the body's. */
function partOf(type: ArgumentMetadata['type'], name: string | undefined): RequestPart | undefined {
  if (type === 'query') return { detail: 'The query of the URL cannot be used as it is.' };
  if (type !== 'param') return undefined;
  return { detail: 'The path of the URL cannot be used as it is.', at: `/${name ?? ''}` };
}
