import { isoNetwork, readProfile } from '@tonle/network-iso';

export const PROFILE = readProfile(new URL('./profile.json', import.meta.url));

/** LAPNet: plain ISO 20022, codes that it resolves itself, payees named by their bank's number and a receiver id. */
export const laos = isoNetwork(PROFILE, {
  name: 'LAOS',
  url: 'https://127.0.0.1:7423',
  port: 7411,
  statementAccounts: 'TONLE-LAK',
});
