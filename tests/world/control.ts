export type CallControl = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The simulators' control API at `url`: makes codes, sets faults, lets a network act. */
export function controlOf(url: string): CallControl {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const init =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { method, ...init });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
}
