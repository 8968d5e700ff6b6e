import type { TestInstallation } from '../../world/installation.js';

/** Tests of one part of tests/e2e/exceptions.spec.ts; `world` is there once they run. */
export type ExceptionTests = (world: () => TestInstallation) => void;
