// The page of the API's calls: every operation of the OpenAPI document, a line each.
import { code, NOTICE, table } from './markdown.js';

interface Schema {
  readonly $ref?: string;
  readonly properties?: object;
  readonly required?: readonly string[];
}
interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface Api {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const INTRO = `Every call of the public API, as the OpenAPI document has it (\`/openapi.json\`, with what each answers and refuses). \`?\` stands after
what may be left out. [The guide](../api.md) says how requests are signed and what a caller goes through.`;

/** docs/reference/operations.md from the OpenAPI document. */
export function operationsPage(document: Readonly<Record<string, unknown>>): string {
  const { tags, paths, components } = document as unknown as Api;
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const rows = all
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ path, method, operation }) => [
        code(`${method.toUpperCase()} ${path}${queryOf(operation)}`),
        operation.summary,
        bodyOf(operation, components.schemas),
      ]);
    return `## ${name}\n\n${description}.\n\n${table(['Call', 'Does', 'Body'], rows)}\n`;
  });
  return `# Calls\n\n${NOTICE}\n\n${INTRO}\n\n${sections.join('\n')}`;
}

function queryOf({ parameters = [] }: Operation): string {
  const query = parameters.filter((each) => each.in === 'query');
  return query.length === 0
    ? ''
    : `?${query.map(({ name, required }) => (required ? name : `${name}?`)).join('&')}`;
}

function bodyOf({ requestBody }: Operation, schemas: Api['components']['schemas']): string {
  const [media] = Object.entries(requestBody?.content ?? {});
  if (media === undefined) return '';
  const [type, { schema }] = media;
  const { properties, required = [] } = schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  if (properties === undefined) return type;
  return Object.keys(properties)
    .map((name) => code(required.includes(name) ? name : `${name}?`))
    .join(' ');
}
