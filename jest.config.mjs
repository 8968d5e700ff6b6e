// Three sizes by file suffix: .spec (pure), .medium.spec (real database and transport), tests/e2e (whole processes).
import { readdirSync, readFileSync } from 'node:fs';

// A zone that is not UTC: what reads a partner's time in the zone of the machine fails.
process.env.TZ = 'Asia/Phnom_Penh';

const swc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));
delete swc.$schema;

const services = readdirSync(new URL('./services', import.meta.url));

const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    [`^@tonle/(${services.join('|')})$`]: '<rootDir>/services/$1/src/index.ts',
    '^@tonle/tool-([^/]+)$': '<rootDir>/tools/$1/src/index.ts',
    '^@tonle/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.tonle/', '<rootDir>/.nx/'],
  setupFilesAfterEnv: ['<rootDir>/tests/setup/seed.ts'],
};

export default {
  workerIdleMemoryLimit: '512MB',
  // A worker with a large heap needs longer than half a second to end when both cores are busy; that is no leak.
  workerGracefulExitTimeout: 15_000,
  // A bound for what hangs, not for what is slow: a busy machine needs seconds for a database.
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/tests/setup/count-reporter.ts'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,services,tools,tests}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.medium\\.spec\\.ts$', '<rootDir>/tests/e2e/'],
    },
    {
      ...shared,
      displayName: 'medium',
      testMatch: ['<rootDir>/{libs,services,tools,tests}/**/*.medium.spec.ts'],
      globalSetup: '<rootDir>/tests/setup/postgres.ts',
      globalTeardown: '<rootDir>/tests/setup/postgres-stop.ts',
    },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/tests/e2e/**/*.spec.ts'] },
  ],
};
