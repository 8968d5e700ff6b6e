import { readCodes } from '@tonle/network';
import { resultCodes, Results } from '@tonle/network-aplus';

/** What their codes mean, and by which of them our reasons are told. */
export const RESULTS = new Results(readCodes(new URL('./codes.json', import.meta.url), resultCodes));
