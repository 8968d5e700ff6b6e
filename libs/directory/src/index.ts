export * from './entry.schema.js';
export { Directory, type KeyHolder, type Taken } from './directory.js';
export { directionOf, sidesOf } from './direction.js';
export { DirectoryFeed, type DirectoryFeedOptions } from './directory-feed.js';
export { DirectoryStore, type DirectoryChange } from './directory.store.js';
