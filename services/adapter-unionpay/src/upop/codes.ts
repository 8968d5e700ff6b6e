import { codeTable, readCodes } from '@tonle/network';
import { z } from 'zod';

/** What respcodes mean, of a request and of what a query is about (`origRespCode`). The pairing with ISO reasons is ours. */
export const CODES = readCodes(
  new URL('./codes.json', import.meta.url),
  z.strictObject({ responses: codeTable('approved', 'rejected', 'open', 'repeat', 'not_found') }),
).responses;
