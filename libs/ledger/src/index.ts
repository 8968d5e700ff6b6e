export * from './account.js';
export * from './balance.js';
export * from './payment-lines.js';
export * from './settlement-lines.js';
export * from './transfer.js';
