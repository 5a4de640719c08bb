import { describe, expect, it } from '@jest/globals';
import { makeCounterProvider } from '@willsoto/nestjs-prometheus';
import { type Counter, register } from 'prom-client';
import { metricsOfApp } from './metrics-of-app.js';
import { Metrics } from './registry.js';

const [declared] = metricsOfApp(
  makeCounterProvider({ name: 'posts_read_total', help: 'Number of posts read.' }),
);

function anApp() {
  const metrics = new Metrics('command');
  const counter = declared!.useFactory(metrics) as Counter;
  return { counter, scraped: () => metrics.registry.metrics() };
}

describe('the metrics of an app', () => {
  it('belong to one of two apps in a process', async () => {
    const [one, other] = [anApp(), anApp()];
    one.counter.inc();
    expect(await one.scraped()).toContain('posts_read_total 1');
    expect(await other.scraped()).toContain('posts_read_total 0');
  });

  it('are not in the registry that all apps share', () => {
    anApp();
    expect(register.getSingleMetric('posts_read_total')).toBeUndefined();
  });
});
