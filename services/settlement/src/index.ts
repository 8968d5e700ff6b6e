export { startSettlement } from './settlement.service.js';
