import { Problem } from './problem.js';

// RFC 9110 5.6.6 and 8.3: a type, a subtype, parameters whose values are tokens or quoted strings.
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])*"`;
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*(?:${TOKEN}=(?:${TOKEN}|${QUOTED}))?)*[ \\t]*$`,
);
const PARAMETERS = new RegExp(`;[ \\t]*(${TOKEN})=(${TOKEN}|${QUOTED})`, 'g');
/** ASCII is UTF-8 too; what else is sent under its name is found when it is decoded. */
const CHARSETS = ['utf-8', 'us-ascii'];

/** What is wrong with a Content-Type whose type is read here: malformed, or another charset than UTF-8. */
export function contentTypeProblem(header: string | undefined): Problem | undefined {
  if (header === undefined) return undefined;
  if (!MEDIA_TYPE.test(header))
    return new Problem(
      'unsupported_media_type',
      'Content-Type is malformed: write a type and a subtype, and parameters as name=value, each after a semicolon.',
    );
  for (const [, name = '', charset = ''] of header.matchAll(PARAMETERS)) {
    if (
      name.toLowerCase() === 'charset' &&
      !CHARSETS.includes(charset.replaceAll(/["\\]/g, '').toLowerCase())
    )
      return new Problem('unsupported_media_type', 'The charset of Content-Type must be utf-8.');
  }
  return undefined;
}

/** A type that no reader here takes. */
export function mediaTypeProblem(): Problem {
  return new Problem(
    'unsupported_media_type',
    'Content-Type must name a type that is read here: application/json, or application/xml for ISO 20022.',
  );
}
