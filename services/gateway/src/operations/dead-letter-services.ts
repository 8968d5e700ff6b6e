import { refused } from '@tonle/contracts';
import { switchServices, type Directory } from '@tonle/directory';
import { problemOf } from '@tonle/http';
import { ServiceUnavailable } from '@tonle/messaging';

/** What every service that answered has, and those that did not. */
export interface AskedServices<T> {
  readonly found: readonly { readonly service: string; readonly answer: T }[];
  readonly silentServices: readonly string[];
}

/** Asks all services of the switch the same; who does not answer is named, not waited for. */
export function askAll<T>(
  directory: Directory,
  ask: (service: string) => Promise<T>,
): Promise<AskedServices<T>> {
  return askEach(switchServices(directory), ask);
}

/** The same of these services. */
export async function askEach<T>(
  services: readonly string[],
  ask: (service: string) => Promise<T>,
): Promise<AskedServices<T>> {
  const asked = await Promise.all(
    services.map(async (service) => {
      try {
        return { service, answer: await ask(service) };
      } catch (error) {
        if (!(error instanceof ServiceUnavailable)) throw error;
        return { service, answer: undefined };
      }
    }),
  );
  return {
    found: asked.flatMap(({ service, answer }) => (answer === undefined ? [] : [{ service, answer }])),
    silentServices: asked.flatMap(({ service, answer }) => (answer === undefined ? [service] : [])),
  };
}

/** `<service>.<id>` of a service of the switch. Throws the problem `not_found` for another. */
export function ownedId(
  directory: Directory,
  name: string,
): { readonly service: string; readonly id: string } {
  const [service, id] = name.split('.') as [string, string];
  if (!switchServices(directory).includes(service)) throw problemOf(refused('not_found'));
  return { service, id };
}
