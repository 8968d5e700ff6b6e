import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; fits one database batch as well as a whole payment. */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

// What the process itself tells is told once, however many services it holds.
const processRegistry = new Registry();
const serviceRegistries = new Set<Registry>();
let collecting = false;

/** The metrics of one service; every sample carries the label `service`. */
export class Metrics {
  readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    serviceRegistries.add(this.registry);
    if (!collecting) collectDefaultMetrics({ register: processRegistry });
    collecting = true;
  }

  /** The one of this name, made at its first call. Each of `series` stands at 0 from then on. */
  counter(
    name: string,
    help: string,
    labels: readonly string[] = [],
    series: readonly Readonly<Record<string, string>>[] = [],
  ): Counter {
    const counter =
      this.known<Counter>(name) ??
      new Counter({ name, help, labelNames: labels, registers: [this.registry] });
    for (const each of series) counter.inc(each, 0);
    return counter;
  }

  /** The one of this name, made at its first call. */
  gauge(name: string, help: string, labels: readonly string[] = []): Gauge {
    return (
      this.known<Gauge>(name) ?? new Gauge({ name, help, labelNames: labels, registers: [this.registry] })
    );
  }

  /** The one of this name, made at its first call. `buckets` are upper bounds, seconds by default. */
  histogram(
    name: string,
    help: string,
    labels: readonly string[] = [],
    buckets: readonly number[] = BUCKETS_S,
  ): Histogram {
    const make = () =>
      new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [this.registry] });
    return this.known<Histogram>(name) ?? make();
  }

  /** Its samples are collected no more. */
  close(): void {
    serviceRegistries.delete(this.registry);
  }

  private known<M>(name: string): M | undefined {
    return this.registry.getSingleMetric(name) as M | undefined;
  }
}

/** Everything this process measures, its services apart by label, as Prometheus reads it. */
export async function metricsText(): Promise<{ contentType: string; text: string }> {
  const parts = await Promise.all(
    [processRegistry, ...serviceRegistries].map((one) => one.getMetricsAsJSON()),
  );
  const merged = AggregatorRegistry.aggregate(parts);
  return { contentType: merged.contentType, text: await merged.metrics() };
}
