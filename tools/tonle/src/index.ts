export { ApiClient, newIdempotencyKey, type ApiAnswer, type ApiClientOptions } from './api-client.js';
export { paymentTimeLine, type ShownPayment } from './payment-show.js';
export { commandFor } from './command-context.js';
export { runTonle } from './program.js';
