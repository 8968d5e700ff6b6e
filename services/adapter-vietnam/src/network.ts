import { isoNetwork, readProfile } from '@tonle/network-iso';

export const PROFILE = readProfile(new URL('./profile.json', import.meta.url));

/** NAPAS: money in ISO 20022, payees in JSON with a token and a signature in the body; payees are a bank's number and an account. */
export const vietnam = isoNetwork(PROFILE, {
  name: 'VIETNAM',
  url: 'https://127.0.0.1:7424',
  port: 7412,
  statementAccounts: 'TONLE-VND',
});
