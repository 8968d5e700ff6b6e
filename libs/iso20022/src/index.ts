export * from './model.js';
export { readIso, writeIso, type ReadOptions, type WriteOptions } from './iso.js';
