export * from './directory.js';
export { Directory, directionOf } from './directory.copy.js';
export { DirectoryFeed } from './directory-feed.js';
