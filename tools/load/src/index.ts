export { runLoad, type LoadResult } from './load.js';
export { loadOptions, LoadError, type LoadOptions } from './options.js';
