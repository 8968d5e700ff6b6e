import { afterEach, expect } from '@jest/globals';
import { ApiClient } from '@tonle/tool-tonle';
import { findUndeclared } from '../../services/gateway/src/testing/declared-answers.testing.js';

// What a test hears of the public API is what the OpenAPI document declares, whatever the test itself looks at. It is told
// after the test: a caller that tries again until it has a good answer would swallow an error.

const undeclared = new Set<string>();

/** What was heard since it was last asked for and is not declared. */
export function takeUndeclared(): string[] {
  const found = [...undeclared];
  undeclared.clear();
  return found;
}

afterEach(() => expect(takeUndeclared()).toEqual([]));

/** A client of a sandbox participant; an answer that the published document does not declare fails the test. */
export function declaredClient(home: string, gatewayUrl: string, participant: string): ApiClient {
  return ApiClient.forSandbox(home, gatewayUrl, participant, (method, path, answer) => {
    const wrong = findUndeclared(method, path, answer);
    if (wrong !== undefined) undeclared.add(wrong);
  });
}
