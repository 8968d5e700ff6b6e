import { codeMeaning, codeTable, readCodes } from '@tonle/network';
import { z } from 'zod';

const tables = z.strictObject({
  /** Texts inside `REJECTED AT CORE DUE TO: [...]`. `exists`: our first try may have arrived, ask for it. */
  core: codeTable('rejected', 'exists', 'conflicting'),
  /** An unknown text of a core rejection is still a rejection. */
  coreOther: codeMeaning('rejected').extend({ iso: z.string() }),
  /** Faults of the interface that prove that the core never saw the request; every other fault is ambiguous. */
  faults: codeTable('rejected'),
  /** Error codes of the Open API. Code 1 means "not yet", also for what has failed. */
  api: codeTable('not_found', 'failed', 'renew_token', 'account', 'in_words', 'later'),
  /** The interface names some states of an account in words only. */
  accountWords: codeTable('account'),
});

/** What the texts and codes of the home network mean. The pairing with ISO reasons is ours. */
export const CODES = readCodes(new URL('./codes.json', import.meta.url), tables);
