export type Print = (text: string) => void;

/** What is done for the person at the terminal; when it fails, that is told in a line, and what runs goes on. */
export async function attempt(name: string, print: Print, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    // fetch says why there was no answer in the cause of a TypeError.
    const { message, cause } = error as Error;
    const why = cause === undefined ? message : `${message}: ${(cause as Error).message}`;
    print(`\nThe ${name} did not complete: ${why}`);
    return false;
  }
}

/** The body of an answer. Throws what was refused, and why. */
export async function expectOk<T>(
  answer: Promise<{ ok: boolean; status: number; body: T }>,
  what: string,
): Promise<T> {
  const { ok, status, body } = await answer;
  if (!ok) throw new Error(`${what} was refused (${status}): ${JSON.stringify(body)}`);
  return body;
}
