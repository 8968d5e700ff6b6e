export * from './leg.js';
export { exchange, ANSWER_BYTES_MAX, type PartnerExchange, type PartnerRequest } from './exchange.js';
