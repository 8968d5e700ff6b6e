export { tableOf } from './iso20022/schema.js';
