import { foundSuite } from './found-suite.js';
import { isoSuite } from './iso-suite.js';
import { partnersSuite } from './partners-suite.js';
import { qrSuite } from './qr-suite.js';
import { statementsSuite } from './statements-suite.js';
import type { Suite } from './suite.js';

/** Every suite, in the order in which all of them run. */
export const SUITES: readonly Suite[] = [isoSuite, statementsSuite, qrSuite, partnersSuite, foundSuite];
