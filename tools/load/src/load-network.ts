import { findCurrency, parseAmount } from '@tonle/money';
import { askedPayee, type AskedPayee, type NetworkFlow } from '@tonle/tool-launcher';
import { request } from 'undici';
import { LoadError } from './options.js';

const SHOPS = 150;
const PLACE = /\{n:(\d+)\}/g;

/** A network under load: how much of it, and what is paid there. */
export interface LoadNetwork {
  readonly name: string;
  /** Of the whole load, 0 to 1. */
  readonly share: number;
  /** Codes of shops, static, or accounts. */
  readonly payees: readonly AskedPayee[];
  readonly currency: string;
  /** Currency in which its visitors pay. */
  readonly source: string;
  /** Least and most amount of a payment, in payable steps of the currency. */
  readonly steps: { readonly least: number; readonly most: number };
  /** Minor units of one step, and their decimals. */
  readonly step: bigint;
  /** Share of the payers that have dollars. */
  readonly dollars: number;
  /** Who looks a code up begins an order, which is paid once: each payment has a lookup of its own. */
  readonly begunByLookup: boolean;
}

type Weights = Readonly<Record<string, number>>;

/**
 * The networks that the load is on, with codes from their simulators; `weights` in place of the weights of the flows, where
 * who is not named has none. Throws LoadError when there is no such network, or nothing left to load.
 */
export async function loadNetworks(
  flows: readonly NetworkFlow[],
  weights: Weights | undefined,
  controlUrl: string,
): Promise<readonly LoadNetwork[]> {
  const shares = sharesOf(flows, weights);
  return Promise.all(
    flows.flatMap((flow) => {
      const share = shares[flow.network] ?? 0;
      return share === 0 ? [] : [networkOf(flow, share, controlUrl)];
    }),
  );
}

/** Each network's share of the load. */
export function sharesOf(flows: readonly NetworkFlow[], weights: Weights | undefined): Weights {
  const names = flows.map(({ network }) => network);
  const unknown = Object.keys(weights ?? {}).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new LoadError(`--weights names ${unknown}, which is none of ${names.join(', ')}`);
  const wanted = flows.map(
    ({ network, load }) => [network, weights === undefined ? load.weight : (weights[network] ?? 0)] as const,
  );
  const sum = wanted.reduce((total, [, weight]) => total + weight, 0);
  if (sum === 0) throw new LoadError('--weights leaves nothing to load');
  return Object.fromEntries(wanted.map(([network, weight]) => [network, weight / sum]));
}

async function networkOf(flow: NetworkFlow, share: number, controlUrl: string): Promise<LoadNetwork> {
  const { network, outbound, inbound, load } = flow;
  const { currency } = outbound.target;
  const step = findCurrency(currency)?.payableStep ?? 1n;
  const payees = Array.from({ length: SHOPS }, (_, shop) =>
    askedPayee(numbered(load, shop), (code) => codeOf(`${controlUrl}/control/${network}/qr`, code)),
  );
  return {
    name: network,
    share,
    payees: await Promise.all(payees),
    currency,
    source: inbound.source,
    steps: { least: stepsOf(currency, load.least, step), most: stepsOf(currency, load.most, step) },
    step,
    dollars: load.dollars,
    begunByLookup: load.begunByLookup ?? false,
  };
}

function stepsOf(currency: string, text: string, step: bigint): number {
  const read = parseAmount(currency, text);
  if (read.kind === 'refused') throw new LoadError(`${text} ${currency} in the flows: ${read.reason}`);
  return Number(read.amount.minor / step);
}

/** What is paid, with the number of a shop in its place. */
function numbered(load: NetworkFlow['load'], shop: number): NetworkFlow['load'] {
  const text = JSON.stringify(load).replace(PLACE, (_, digits: string) =>
    String(shop).padStart(Number(digits), '0'),
  );
  return JSON.parse(text) as NetworkFlow['load'];
}

async function codeOf(url: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const said = await answer.body.text();
  if (answer.statusCode !== 200) throw new LoadError(`the sandbox refused a code: ${said}`);
  return (JSON.parse(said) as { qrText: string }).qrText;
}
