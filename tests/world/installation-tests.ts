import type { TestInstallation } from './installation.js';

/** Tests of one part of what a whole installation does, which others run on too; `given` has it once they run. */
export type InstallationTests = (given: () => TestInstallation) => void;
