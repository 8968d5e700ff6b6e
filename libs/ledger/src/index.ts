export * from './account.js';
export * from './account-book.js';
export * from './balance.js';
export * from './chart.js';
export * from './entry.js';
export * from './payment-lines.js';
export * from './transfer.js';
