// What the tests hold every answer against notices a document that does not say it.
import { describe, expect, it } from '@jest/globals';
import { Problem } from '@tonle/http';
import { publicApi } from '../reference/public-api.js';
import { findUndeclared, undeclaredIn, type AnswerToCheck } from './declared-answers.testing.js';

type Tree = Record<string, Record<string, unknown>>;
type Published = Parameters<typeof undeclaredIn>[0];

const answer = (status: number, mediaType: string, body: unknown, headers = {}): AnswerToCheck => ({
  status,
  headers: new Headers({ 'content-type': `${mediaType}; charset=utf-8`, ...headers }),
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const problem = (code: ConstructorParameters<typeof Problem>[0], headers = {}): AnswerToCheck => {
  const document = new Problem(code).toDocument();
  return answer(document.status, 'application/problem+json', document, headers);
};
const OVERLOADED = problem('overloaded', { 'retry-after': '1' });
const UNKNOWN = problem('path_unknown');

/** The published document with one thing changed. */
function without(change: (paths: Tree, schemas: Tree) => void) {
  const document = structuredClone(publicApi()) as unknown as Published;
  change(document.paths as unknown as Tree, document.components.schemas as unknown as Tree);
  return undeclaredIn(document);
}
const responses = (paths: Tree): Tree => (paths['/v1/corridors']!['get'] as { responses: Tree }).responses;
const ask = (find: typeof findUndeclared, got = OVERLOADED) => find('GET', '/v1/corridors?x=1', got);

describe('an answer that the document declares', () => {
  it('is not spoken of', () => {
    expect(ask(findUndeclared)).toBeUndefined();
    expect(findUndeclared('GET', '/docs', answer(200, 'text/html', '<p>'))).toBeUndefined();
    expect(findUndeclared('GET', '/v1/nothing', UNKNOWN)).toBeUndefined();
    expect(findUndeclared('PUT', '/v1/corridors', problem('method_not_allowed'))).toBeUndefined();
  });
});

describe('a document is found out', () => {
  it.each([
    [
      'without the status',
      without((paths) => delete responses(paths)['503']),
      /^listCorridors \(GET \/v1\/corridors\) answered 503 .*: the status is not declared$/,
    ],
    [
      'without the content type',
      without((paths) => (responses(paths)['503']!['content'] = {})),
      /: the content type is not declared/,
    ],
    [
      'without the header',
      without((paths) => delete responses(paths)['503']!['headers']),
      /: the header retry-after is not declared/,
    ],
    [
      'without a field of the body',
      without((_paths, { Problem: schema }) => delete (schema!['properties'] as Tree)['remedy']),
      /: the body is not as declared: .*remedy/,
    ],
    [
      'with another form of a field',
      without(
        (_paths, { Problem: schema }) => ((schema!['properties'] as Tree)['status'] = { type: 'string' }),
      ),
      /: the body is not as declared: \/status /,
    ],
    [
      'without the operation',
      without((paths) => delete paths['/v1/corridors']),
      /^GET \/v1\/corridors answered 503 .*: the document has no such operation$/,
    ],
  ])('%s', (_what, find, sentence) => {
    expect(ask(find)).toMatch(sentence);
  });

  it('when the answer is no problem document, or no JSON', () => {
    expect(findUndeclared('GET', '/v1/nothing', answer(404, 'application/json', {}))).toMatch(
      /no such operation/,
    );
    expect(ask(findUndeclared, { ...OVERLOADED, text: 'overloaded' })).toMatch(/it is not JSON/);
    expect(ask(findUndeclared, { status: 503, headers: new Headers(), text: '' })).toMatch(
      /503 without a content type: the content type is not declared/,
    );
  });
});
