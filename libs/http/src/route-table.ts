interface Route {
  readonly method: string;
  readonly steps: readonly string[];
}

const stepsOf = (path: string): string[] => path.split('/').filter((step) => step !== '');

/** Which methods a path serves, so that a wrong method is told apart from a wrong path. */
export class RouteTable {
  private readonly routes: Route[] = [];

  /** `url` is a pattern of the framework, such as `/v1/payments/:paymentId`. */
  add(methods: string | readonly string[], url: string): void {
    for (const method of [methods].flat()) this.routes.push({ method, steps: stepsOf(url) });
  }

  /** Every route, as `GET /v1/payments/:paymentId`. */
  all(): string[] {
    return this.routes.map(({ method, steps }) => `${method} /${steps.join('/')}`);
  }

  /** The methods that the path of a URL serves, sorted. */
  methodsOf(url: string): string[] {
    const steps = stepsOf(url.split('?', 1)[0] ?? '');
    const matching = this.routes.filter((route) => fits(route.steps, steps));
    return [...new Set(matching.map((route) => route.method))].sort();
  }
}

function fits(pattern: readonly string[], steps: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? steps.length < pattern.length - 1 : steps.length !== pattern.length) return false;
  return pattern.every((step, index) => step === '*' || step.startsWith(':') || step === steps[index]);
}
