export * from './transport.js';
export * from './calls.js';
export * from './shared-state.js';
export * from './outbox.js';
