import { describe, expect, it } from '@jest/globals';
import { GRACE_MS, LEAST_BYTES_PER_SECOND } from '../../src/platform/http/bodies/least-rate.js';
import { render } from './support/chart.js';
import { SWITCHES, type Switch } from './support/switches.js';

const shown = (name: Switch) => render(SWITCHES[name]);
const RELEASE = { 'app.kubernetes.io/name': 'galley', 'app.kubernetes.io/instance': 'galley' };
const tcp = (port: number | string) => [{ port, protocol: 'TCP' }];

describe('the Service', () => {
  it('is port 80 inside the cluster, before port 3000', () => {
    const { spec } = render().one('Service');
    expect([spec.type, spec.ports]).toEqual(['ClusterIP', [{ name: 'http', port: 80, targetPort: 'http' }]]);
    expect(render().container.ports).toEqual([{ name: 'http', containerPort: 3000 }]);
    expect(render().one('ConfigMap').data.PORT).toBe('3000');
  });

  it('may be something else', () => {
    const { metadata, spec } = shown('a balancer of its own').one('Service');
    expect([metadata.annotations, spec.type, spec.ports[0].port]).toEqual([
      { 'example.com/internal': 'true' },
      'LoadBalancer',
      8080,
    ]);
  });
});

describe('network policies', () => {
  it('deny all pods of the release by default', () => {
    expect(render().one('NetworkPolicy', '-default-deny').spec).toEqual({
      podSelector: { matchLabels: RELEASE },
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(shown('no network policies').all('NetworkPolicy')).toEqual([]);
  });

  it('let names be resolved, and PostgreSQL and Redis be reached, but never the metadata of the cloud', () => {
    const { egress } = render().one('NetworkPolicy', '-egress').spec;
    expect(egress.map(({ ports }: any) => ports)).toEqual([
      [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
      tcp(5432),
      tcp(6379),
    ]);
    for (const { to } of egress.slice(1)) {
      const [v4, v6] = to.filter(({ ipBlock }: any) => ipBlock).map(({ ipBlock }: any) => ipBlock);
      expect(v4).toEqual({ cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] });
      expect(v6.except).toContain('fd00:ec2::254/128');
    }
    for (const { to } of egress) expect(JSON.stringify(to)).not.toContain('169.254.169.254');
  });

  it('name the peers that are known', () => {
    const [, postgresql, redis, mail, more] = shown('known peers').one('NetworkPolicy', '-egress').spec
      .egress;
    const { networkPolicy } = SWITCHES['known peers'];
    expect(postgresql).toEqual({ to: networkPolicy.postgresql.to, ports: tcp(6432) });
    expect(redis).toEqual({ to: networkPolicy.redis.to, ports: tcp(6379) });
    expect(mail).toEqual({ to: networkPolicy.mail.to, ports: tcp(587) });
    expect(more).toEqual(networkPolicy.extraEgress[0]);
  });

  it('let in the gateway, who scrapes, and the tests', () => {
    const { podSelector, ingress } = shown('a route').one('NetworkPolicy', '-ingress').spec;
    const tests = { matchLabels: { ...RELEASE, 'app.kubernetes.io/component': 'test' } };
    expect(podSelector.matchLabels).toEqual({ ...RELEASE, 'app.kubernetes.io/component': 'api' });
    expect(ingress).toEqual([
      {
        from: [
          ...SWITCHES['a route'].networkPolicy.gateway.from,
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
          { podSelector: tests },
        ],
        ports: tcp('http'),
      },
    ]);
    expect(render().one('NetworkPolicy', '-tests').spec).toMatchObject({
      podSelector: tests,
      egress: [{ to: [{ podSelector }], ports: tcp('http') }],
    });
  });
});

/** The paths under which everything is public. */
const PREFIXES = [
  ...['/api', '/docs', '/feeds', '/robots.txt', '/sitemap.xml', '/unsubscribe'],
  ...['/openapi.json', '/openapi-3.0.json'],
];

describe('a route', () => {
  it('by the Gateway API publishes what is public', () => {
    const route = shown('a route');
    const { metadata, spec } = route.one('HTTPRoute');
    expect(metadata.annotations).toEqual({ 'example.com/owner': 'press' });
    expect(spec).toEqual({
      parentRefs: SWITCHES['a route'].httpRoute.parentRefs,
      hostnames: ['api.example.com'],
      rules: [
        {
          matches: ['/api/v1/events', '/api/events'].map((value) => ({ path: { type: 'Exact', value } })),
          timeouts: { request: '0s' },
          backendRefs: [{ name: 'galley', port: 80 }],
        },
        {
          timeouts: { request: '6m' },
          matches: [
            { path: { type: 'Exact', value: '/' } },
            { path: { type: 'Exact', value: '/home.css' } },
            ...PREFIXES.map((value) => ({
              path: { type: 'PathPrefix', value },
            })),
          ],
          backendRefs: [{ name: 'galley', port: 80 }],
        },
      ],
    });
    expect(route.one('ConfigMap').data.TRUST_PROXY).toBe('1');
    expect(route.all('Ingress')).toEqual([]);
  });

  it('permits what the slowest upload takes, with the timeouts of the Gateway', () => {
    const slowestMs = GRACE_MS + ((10 * 2 ** 20) / LEAST_BYTES_PER_SECOND) * 1000;
    const [, { timeouts }] = shown('a route').one('HTTPRoute').spec.rules;
    expect(Number.parseInt(timeouts.request, 10) * 60_000).toBeGreaterThan(slowestMs);
  });

  it('publishes no stream of events without the prefix /api', () => {
    const route = { ...SWITCHES['a route'], routes: ['/api/v1/posts'] };
    expect(render(route).one('HTTPRoute').spec.rules).toHaveLength(1);
  });

  it('has no timeouts for a Gateway that rejects them', () => {
    const { rules } = shown('a route without timeouts').one('HTTPRoute').spec;
    expect(rules.map(Object.keys)).toEqual([['matches', 'backendRefs']]);
  });

  it('by an Ingress publishes the same', () => {
    const route = shown('an ingress');
    const { metadata, spec } = route.one('Ingress');
    const { annotations, tls } = SWITCHES['an ingress'].ingress;
    expect(metadata.annotations).toEqual(annotations);
    expect([spec.ingressClassName, spec.tls]).toEqual(['traefik', tls]);
    expect(spec.rules).toHaveLength(1);
    expect(spec.rules[0].host).toBe('api.example.com');
    expect(spec.rules[0].http.paths).toEqual(
      [
        ...['/', '/home.css'].map((path) => ({ path, pathType: 'Exact' })),
        ...PREFIXES.map((path) => ({
          path,
          pathType: 'Prefix',
        })),
      ].map((rule) => ({ ...rule, backend: { service: { name: 'galley', port: { name: 'http' } } } })),
    );
    expect(route.one('ConfigMap').data.TRUST_PROXY).toBe('10.0.0.0/8, fd00::/8');
    expect(route.all('HTTPRoute')).toEqual([]);
  });

  it('is not there unless asked for', () => {
    expect([...render().all('HTTPRoute'), ...render().all('Ingress')]).toEqual([]);
    expect(render().one('ConfigMap').data).not.toHaveProperty('TRUST_PROXY');
  });
});
