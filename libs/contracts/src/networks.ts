/**
 * The networks that Tonle has, each by the name of its folder `services/adapter-<name>`. Topics, launcher, tests and
 * docs take them from here; a new one is added at the end, since its ports go by its place.
 */
export const NETWORKS = [
  'bakong',
  'thailand',
  'laos',
  'vietnam',
  'unionpay',
  'alipay',
  'japan',
  'rwanda',
] as const;
export type NetworkName = (typeof NETWORKS)[number];

/** The service that speaks to a network. */
export function adapterOf<Name extends string>(network: Name): `adapter-${Name}` {
  return `adapter-${network}`;
}
