export { GatewayClient, GatewayProblem, GatewayUnreachable, type GatewaySettings, type SignedAnswer } from './gateway-client.js';
export { paymentTimeLine, type ShownPayment } from './payment.show.js';
export { runTonle } from './program.js';
