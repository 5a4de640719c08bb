import { DIGEST } from './chart.js';

const gateway = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateway' } } }];

/** All switches of the chart by their effect. The tests verify what each of them changes. */
export const SWITCHES = {
  'as it comes': {},
  'a fixed number of replicas': {
    autoscaling: { enabled: false },
    replicaCount: 4,
    config: { GALLEY_SINGLE_PROCESS: 'false' },
  },
  'a single replica': { autoscaling: { enabled: false }, replicaCount: 1 },
  'scaling by CPU alone': { autoscaling: { requestsPerSecond: 0 } },
  'workers of their own': {
    worker: {
      enabled: true,
      config: { JOBS_MAIL_CONCURRENCY: '10', SHUTDOWN_TIMEOUT_MS: '60000' },
      extraEgress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443, protocol: 'TCP' }] }],
    },
    config: { LOG_LEVEL: 'debug', GALLEY_SINGLE_PROCESS: 'false' },
    verticalPodAutoscaler: { enabled: true },
    metrics: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true },
    },
  },
  'scaled workers': {
    worker: { enabled: true, autoscaling: { enabled: true, minReplicas: 1, maxReplicas: 4 } },
    config: { GALLEY_SINGLE_PROCESS: 'false' },
  },
  'recommended resources': { verticalPodAutoscaler: { enabled: true } },
  'no disruption budget': { podDisruptionBudget: { enabled: false } },
  'another digest': { image: { digest: DIGEST } },
  'a private registry': { image: { pullSecrets: [{ name: 'registry-secret' }], pullPolicy: 'Always' } },
  'a rotated secret': { existingSecret: 'press-secrets', secretRevision: '2026-11' },
  settings: { config: { LOG_LEVEL: 'debug', SHUTDOWN_TIMEOUT_MS: '30000' } },
  'a file of settings': { configFile: 'LOG_LEVEL: debug\nRATE_LIMIT_MAX: 7\n' },
  'no preStop': { preStopSeconds: 0 },
  'no migration': { migration: { enabled: false } },
  'a balancer of its own': {
    service: { type: 'LoadBalancer', port: 8080, annotations: { 'example.com/internal': 'true' } },
  },
  'a route': {
    ingress: { enabled: false },
    httpRoute: {
      enabled: true,
      parentRefs: [{ name: 'public', namespace: 'gateway', sectionName: 'https' }],
      hostnames: ['api.example.com'],
      annotations: { 'example.com/owner': 'press' },
    },
    trustProxy: 1,
    networkPolicy: { gateway: { from: gateway } },
  },
  'a route without timeouts': {
    httpRoute: {
      enabled: true,
      parentRefs: [{ name: 'public' }],
      hostnames: ['api.example.com'],
      timeouts: { request: '', events: '' },
    },
    trustProxy: 1,
    networkPolicy: { gateway: { from: gateway } },
  },
  'an ingress': {
    httpRoute: { enabled: false },
    ingress: {
      enabled: true,
      className: 'traefik',
      hosts: ['api.example.com'],
      tls: [{ secretName: 'api-tls', hosts: ['api.example.com'] }],
      annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
    },
    trustProxy: '10.0.0.0/8, fd00::/8',
    networkPolicy: { gateway: { from: gateway } },
  },
  'no network policies': { networkPolicy: { enabled: false } },
  'enforced network policies': { networkPolicy: { enforced: true } },
  'known peers': {
    networkPolicy: {
      postgresql: { port: 6432, to: [{ podSelector: { matchLabels: { app: 'pooler' } } }] },
      redis: { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }] },
      mail: { port: 587, to: [{ ipBlock: { cidr: '10.4.5.6/32' } }] },
      extraEgress: [
        { to: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ port: 8443, protocol: 'TCP' }] },
      ],
    },
  },
  'all that watches': {
    metrics: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: {
        enabled: true,
        labels: { release: 'prometheus' },
        disabled: ['HighResponseTime'],
        runbookUrl: 'https://gitlab.example.com/galley/galley/-/blob/main/docs/runbooks',
      },
      dashboard: { enabled: true },
    },
  },
  'nothing that watches': {
    metrics: {
      serviceMonitor: { enabled: false },
      prometheusRule: { enabled: false },
      dashboard: { enabled: false },
    },
  },
  'another service account': { serviceAccount: { create: false, name: 'press' } },
  'an annotated service account': { serviceAccount: { annotations: { 'example.com/role': 'press' } } },
  'a hard spread': { topologySpread: { zone: 'DoNotSchedule', host: '' } },
  'chosen nodes': {
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    tolerations: [{ key: 'press', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: { podAntiAffinity: {} },
    priorityClassName: 'system-cluster-critical',
  },
  'marked pods': { podLabels: { team: 'press' }, podAnnotations: { 'example.com/team': 'press' } },
  'other names': { nameOverride: 'press', fullnameOverride: 'gazette' },
  forked: {
    extraEnv: [{ name: 'TZ', value: 'UTC' }],
    extraVolumes: [{ name: 'authority', secret: { secretName: 'authority' } }],
    extraVolumeMounts: [{ name: 'authority', mountPath: '/etc/authority', readOnly: true }],
    extraContainers: [
      {
        name: 'proxy',
        image: 'registry.example.com/proxy:1.2.3',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
    extraObjects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: '{{ .Release.Name }}-more' },
        data: { a: 'b' },
      },
    ],
  },
  'a chart that contains this one': { global: { anything: { goes: 1 } } },
} as const;

export type Switch = keyof typeof SWITCHES;
