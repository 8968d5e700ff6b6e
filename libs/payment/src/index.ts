export * from './identifiers.js';
export * from './states.js';
export * from './machine.js';
export * from './messages.js';
export * from './calls.js';
export * from './directory.js';
export * from './reasons.js';
export * from './window.js';
