export { Conditions } from './conditions.js';
export * from './database.js';
export { Migration, type MigrationClass } from './migration.js';
export { openDatabase } from './postgres.js';
export type { OpenDatabaseOptions } from './postgres.js';
export { ensureDatabase, ensureSchema } from './provision.js';
export { DatabaseUnavailable, isConnectionLoss, isTransient, sqlState } from './unavailable.js';
export { createTestDatabase } from './test-database.js';
export type { TestDatabase } from './test-database.js';
