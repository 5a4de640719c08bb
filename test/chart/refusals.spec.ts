import { describe, expect, it } from '@jest/globals';
import { refusal, render } from './support/chart.js';

const hosts = { hostnames: ['api.example.com'], parentRefs: [{ name: 'public' }] };
const from = [{ namespaceSelector: {} }];

describe('the schema refuses by name', () => {
  it.each([
    ['a mistyped key', { replicaCuont: 2 }, "additional properties 'replicaCuont' not allowed"],
    ['a mistyped key below', { image: { tga: 'x' } }, "at '/image': additional properties 'tga' not allowed"],
    ['a mistyped setting', { config: { LOG_LEVLE: 'x' } }, "at '/config': additional properties 'LOG_LEVLE'"],
    ['a number for a string', { existingSecret: 7 }, "at '/existingSecret': got number, want string"],
    ['a number for a setting', { config: { RATE_LIMIT_MAX: 7 } }, "at '/config/RATE_LIMIT_MAX': got number"],
    ['a string for a number', { replicaCount: '7' }, "at '/replicaCount': got string, want integer"],
    ['a string for a switch', { ingress: { enabled: 'false' } }, "at '/ingress/enabled': got string"],
    ['an inline password', { config: { JWT_SECRET: 'x' } }, "additional properties 'JWT_SECRET' not allowed"],
    ['an inline URL', { config: { DATABASE_URL: 'x' } }, "additional properties 'DATABASE_URL' not allowed"],
    ['what the chart sets', { config: { PORT: '80' } }, "at '/config': additional properties 'PORT'"],
    ['no secret', { existingSecret: '' }, "at '/existingSecret'"],
    ['a wrong digest', { image: { digest: 'sha256:abc' } }, "at '/image/digest'"],
    ['the tag latest', { image: { tag: 'latest' } }, "at '/image/tag'"],
    ['public metrics', { routes: ['/api', '/metrics'] }, "at '/routes/1'"],
    ['public health', { routes: ['/health/ready'] }, "at '/routes/0'"],
    ['public readiness', { routes: ['/ready'] }, "at '/routes/0'"],
    ['all paths', { routes: ['/'] }, "at '/routes/0'"],
    ['no limits', { resources: { limits: null } }, "at '/resources': missing property 'limits'"],
    ['a word that is none of its own', { topologySpread: { zone: 'Maybe' } }, "at '/topologySpread/zone'"],
    [
      'a mistyped limit',
      { resources: { limits: { memroy: '1Gi' } } },
      "at '/resources/limits': additional properties 'memroy'",
    ],
    [
      'a mistyped limit of the migration',
      { migration: { resources: { requests: { cpus: 1 } } } },
      "additional properties 'cpus'",
    ],
    [
      'an amount that is none',
      { resources: { limits: { memory: '512Mb' } } },
      "at '/resources/limits/memory'",
    ],
    [
      'a mistyped number of a probe',
      { probes: { liveness: { periodSecond: 5 } } },
      "additional properties 'periodSecond'",
    ],
    [
      'a request that the chart sets',
      { probes: { startup: { httpGet: {} } } },
      "additional properties 'httpGet'",
    ],
    [
      'a mistyped taint',
      { tolerations: [{ key: 'a', efect: 'NoSchedule' }] },
      "additional properties 'efect'",
    ],
    ['a mistyped affinity', { affinity: { podAntiAfinity: {} } }, "additional properties 'podAntiAfinity'"],
    [
      'a mistyped affinity below',
      {
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerm: [] } },
        },
      },
      "additional properties 'nodeSelectorTerm'",
    ],
    [
      'a mistyped context of the pods',
      { podSecurityContext: { runAsUsr: 1 } },
      "additional properties 'runAsUsr'",
    ],
    [
      'a mistyped context of the containers',
      { securityContext: { privilegd: true } },
      "additional properties 'privilegd'",
    ],
    [
      'a mistyped node label',
      { nodeSelector: { disk: 1 } },
      "at '/nodeSelector/disk': got number, want string",
    ],
    ['a mistyped pull secret', { image: { pullSecrets: [{ nam: 'a' }] } }, "additional properties 'nam'"],
    [
      'a mistyped peer',
      { networkPolicy: { redis: { to: [{ ipBlok: {} }] } } },
      "additional properties 'ipBlok'",
    ],
    ['a mistyped rule', { networkPolicy: { extraEgress: [{ tos: [] }] } }, "additional properties 'tos'"],
    ['a port that is none', { networkPolicy: { redis: { port: 70000 } } }, "at '/networkPolicy/redis/port'"],
    [
      'a mistyped gateway',
      { httpRoute: { parentRefs: [{ name: 'a', section: 'b' }] } },
      "additional properties 'section'",
    ],
    ['a mistyped certificate', { ingress: { tls: [{ secret: 'a' }] } }, "additional properties 'secret'"],
    ['a mistyped variable', { extraEnv: [{ name: 'A', valu: 'b' }] }, "additional properties 'valu'"],
    [
      'a mistyped volume',
      { extraVolumes: [{ name: 'a', secret: { name: 'b' } }] },
      "additional properties 'name'",
    ],
    [
      'a mistyped mount',
      { extraVolumeMounts: [{ name: 'a', mountpath: '/b' }] },
      "missing property 'mountPath'",
    ],
    ['a mistyped container', { extraContainers: [{ name: 'a', imag: 'b' }] }, "additional properties 'imag'"],
    [
      'a level of the log that is none',
      { config: { LOG_LEVEL: 'verbose' } },
      "at '/config/LOG_LEVEL': value must be one of 'fatal', 'error', 'warn', 'info'",
    ],
    [
      'a moderation that is none',
      { config: { COMMENT_MODERATION: 'some' } },
      "at '/config/COMMENT_MODERATION': value must be one of 'off', 'first', 'all'",
    ],
    [
      'a switch that is none',
      { config: { DOCS_ENABLED: 'maybe' } },
      "at '/config/DOCS_ENABLED': value must be one of 'true'",
    ],
    ['a number that is none', { config: { RATE_LIMIT_MAX: 'many' } }, "at '/config/RATE_LIMIT_MAX'"],
    ['no workers', { worker: { enabled: true, replicaCount: 0 } }, "at '/worker/replicaCount'"],
    [
      'a mistyped setting of workers',
      { worker: { config: { JOBS_MAIL: '1' } } },
      "at '/worker/config': additional properties 'JOBS_MAIL'",
    ],
    [
      'a mistyped rule of workers',
      { worker: { extraEgress: [{ tos: [] }] } },
      "additional properties 'tos' not allowed",
    ],
    ['workers without limits', { worker: { resources: { limits: null } } }, "at '/worker/resources'"],
  ])('%s', (_, values, message) => expect(refusal(values)).toContain(message));

  it.each([
    [
      'extended resources',
      { resources: { limits: { 'nvidia.com/gpu': 1, 'hugepages-2Mi': '4Mi', 'ephemeral-storage': '1Gi' } } },
    ],
    [
      'numbers for amounts',
      { resources: { requests: { cpu: 1, memory: 2e8 }, limits: { cpu: 1.5, memory: '1e9' } } },
    ],
    [
      'a mount of a CSI driver',
      { extraVolumes: [{ name: 'a', csi: { driver: 'b', volumeAttributes: { c: 'd' } } }] },
    ],
    ['switches as Galley takes them', { config: { DOCS_ENABLED: 'FALSE', METRICS_ENABLED: 'Yes' } }],
    ['a setting that is left empty', { config: { LOG_LEVEL: '', RATE_LIMIT_MAX: '' } }],
    [
      'a probe with more patience',
      { probes: { startup: { failureThreshold: 60, terminationGracePeriodSeconds: 5 } } },
    ],
  ])('but not %s', (_, values) => expect(render(values).objects.length).toBeGreaterThan(5));

  it('and takes whatever a chart around it calls global', () =>
    expect(render({ global: { storageClass: 7, any: [{}] } }).objects.length).toBeGreaterThan(5));

  it('a prefix only when it is the word: /metrics-of-writing is a route', () =>
    expect(render({ routes: ['/metrics-of-writing', '/readymade'] }).objects.length).toBeGreaterThan(5));
});

describe('what would not work is refused by name', () => {
  it.each([
    [
      'two routes',
      { httpRoute: { enabled: true }, ingress: { enabled: true } },
      'httpRoute.enabled and ingress.enabled',
    ],
    ['a route without proxies', { httpRoute: { enabled: true, ...hosts } }, 'trustProxy: '],
    ['an Ingress without proxies', { ingress: { enabled: true, hosts: ['a.b'] } }, 'trustProxy: '],
    [
      'a route that nothing may use',
      { httpRoute: { enabled: true, ...hosts }, trustProxy: 1 },
      'networkPolicy.gateway.from: ',
    ],
    [
      'a route without a gateway',
      {
        httpRoute: { enabled: true, ...hosts, parentRefs: [] },
        trustProxy: 1,
        networkPolicy: { gateway: { from } },
      },
      'httpRoute.parentRefs: ',
    ],
    [
      'a route without a host',
      {
        httpRoute: { enabled: true, ...hosts, hostnames: [] },
        trustProxy: 1,
        networkPolicy: { gateway: { from } },
      },
      'httpRoute.hostnames: ',
    ],
    [
      'an Ingress without a host',
      { ingress: { enabled: true }, trustProxy: 1, networkPolicy: { gateway: { from } } },
      'ingress.hosts: ',
    ],
    [
      'mail that the network policy stops',
      { config: { EMAIL_SMTP_HOST: 'mail.example.com', EMAIL_FROM: 'a@example.com' } },
      'networkPolicy.mail.port: ',
    ],
    [
      'mail through an API that the network policy stops',
      { config: { EMAIL_TRANSPORT: 'sendgrid', EMAIL_FROM: 'a@example.com' } },
      'networkPolicy.mail.port: ',
    ],
    [
      'one process in several',
      { config: { GALLEY_SINGLE_PROCESS: 'true' } },
      'config.GALLEY_SINGLE_PROCESS: ',
    ],
    ['probes without routes', { config: { HEALTH_CHECK_ENABLED: 'false' } }, 'config.HEALTH_CHECK_ENABLED: '],
    ['fewest above most', { autoscaling: { minReplicas: 11 } }, 'autoscaling.minReplicas: '],
    [
      'fewest workers above most',
      { worker: { enabled: true, autoscaling: { enabled: true, minReplicas: 7 } } },
      'worker.autoscaling.minReplicas: ',
    ],
    [
      'one process and a worker',
      {
        replicaCount: 1,
        autoscaling: { enabled: false },
        config: { GALLEY_SINGLE_PROCESS: 'true' },
        worker: { enabled: true },
      },
      'config.GALLEY_SINGLE_PROCESS: ',
    ],
    [
      'a role beside workers',
      { config: { PROCESS_ROLE: 'all' }, worker: { enabled: true } },
      'config.PROCESS_ROLE: ',
    ],
    [
      'a role of the workers',
      { worker: { enabled: true, config: { PROCESS_ROLE: 'all' } } },
      'config.PROCESS_ROLE: ',
    ],
    [
      'a role among variables',
      { extraEnv: [{ name: 'GALLEY_ROLE', value: 'all' }], worker: { enabled: true } },
      'extraEnv: GALLEY_ROLE ',
    ],
    [
      'a secret among variables',
      {
        extraEnv: [
          { name: 'TZ', value: 'UTC' },
          { name: 'REDIS_URL', value: 'redis://:x@y' },
        ],
      },
      'extraEnv[1]: REDIS_URL is secret',
    ],
    ['a secret in the file of settings', { configFile: 'JWT_SECRET: x' }, 'configFile: JWT_SECRET is secret'],
    ['a file of settings that is not YAML', { configFile: 'a: [' }, 'configFile: '],
  ])('%s', (_, values, message) => expect(refusal(values)).toContain(message));

  it.each(['review', 'staging', 'production'])('a tag without a digest, in %s', (environment) => {
    const said = refusal({ image: { tag: '1.2.3' } }, { environment, digest: false });
    expect(said).toContain('image.digest: is required because image.requireDigest is set');
    expect(said).toContain('"1.2.3" can move to another image');
  });

  it('a secret by reference is none of these', () =>
    expect(
      render({
        extraEnv: [{ name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }],
      }).container.env.at(-1).name,
    ).toBe('REDIS_URL'));

  it('a Kubernetes that is too old', () =>
    expect(refusal({}, { kubernetes: '1.26.0' })).toContain('chart requires kubeVersion: >=1.27.0-0'));
});
