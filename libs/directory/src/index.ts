export * from './entry.schema.js';
export { Directory, type Taken } from './directory.js';
export type { KeyHolder } from './directory-index.js';
export { directionOf, sideOf, sidesOf, spelled, type Corridor, type Side } from './corridor.js';
export { whyClosed } from './opening-hours.js';
export { DirectoryFeed, type DirectoryFeedOptions } from './directory-feed.js';
export { DirectoryStore, type DirectoryChange, type StoredEntry } from './directory.store.js';
export { checkDirectory, violationText, type CheckOptions } from './check/check-directory.js';
export type { DirectoryRule, DirectoryViolation } from './check/violation.js';
