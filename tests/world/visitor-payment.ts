import type { InstallationPayment, TestInstallation } from './installation.js';

/** A visitor of an ISO 20022 network has paid a shop: the payment as the shop's bank sees it. One that came to nothing is made anew. */
export async function visitorPayment<T extends InstallationPayment>(
  world: TestInstallation,
  network: string,
  { bank = 'KHANGKOR', code = {} }: { readonly bank?: string; readonly code?: Record<string, unknown> } = {},
): Promise<T> {
  return world.until(`a visitor of ${network} to have paid`, async () => {
    const qrText = await world.khqrCode(code);
    const paid = await world.control<{ uetr: string }>('POST', `/control/${network}/pay`, { qrText });
    const path = `/v1/payments?direction=inbound&uetr=${paid.uetr}`;
    const { payments } = (await world.as(bank).get<{ payments: readonly T[] }>(path)).body;
    return payments.find(({ state }) => state === 'completed');
  });
}
