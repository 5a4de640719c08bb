/** The fields of Kubernetes objects that the scripts read or write. */
export interface Metadata {
  name: string;
  labels?: Labels;
  annotations?: Labels;
  resourceVersion?: string;
  deletionTimestamp?: string;
  uid?: string;
  ownerReferences?: { kind?: string; uid: string }[];
}

export type Labels = Record<string, string>;

export interface KubernetesObject {
  apiVersion?: string;
  kind?: string;
  metadata: Metadata;
}

export interface Container {
  name: string;
  image: string;
  env?: { name: string; value?: string }[];
  command?: string[];
  args?: string[];
  ports?: { name?: string; containerPort: number }[];
  resources?: { limits?: Labels };
  livenessProbe?: object;
  readinessProbe?: { httpGet?: { path?: string; port?: number | string } };
  startupProbe?: object;
  lifecycle?: object;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  restartPolicy?: string;
  volumes?: { name: string }[];
}

export interface PodTemplate {
  metadata: Partial<Metadata>;
  spec: PodSpec;
}

export interface Deployment extends KubernetesObject {
  spec: { selector: { matchLabels: Labels }; template: PodTemplate };
  status: { readyReplicas?: number };
}

/** The pods of one template of a Deployment. */
export type ReplicaSet = KubernetesObject;

export interface Terminated {
  exitCode: number;
  reason?: string;
  message?: string;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: Terminated;
}

export interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount: number;
  state?: ContainerState;
  /** The state before the last restart. */
  lastState?: ContainerState;
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface Pod extends KubernetesObject {
  spec: PodSpec;
  status: {
    phase: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface KubernetesEvent extends KubernetesObject {
  involvedObject: { kind?: string; name?: string; uid?: string };
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  series?: { count: number };
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

export interface Job extends KubernetesObject {
  status?: { succeeded?: number; failed?: number };
}

export interface ConfigMap {
  metadata: Partial<Metadata>;
  data: Partial<Record<string, string>>;
}

export interface Secret extends KubernetesObject {
  data?: Labels;
}

export interface LeaseObject {
  metadata: Partial<Metadata>;
  spec?: { holderIdentity?: string; renewTime?: string };
}

export interface Service extends KubernetesObject {
  spec: { clusterIP: string; ports: { port: number }[] };
}

interface ContainerMetric {
  name: string;
  current: { averageUtilization?: number };
}

export interface Autoscaler extends KubernetesObject {
  spec: { minReplicas: number; maxReplicas: number };
  status: {
    currentReplicas?: number;
    desiredReplicas: number;
    currentMetrics?: { containerResource?: ContainerMetric }[];
  };
}

/** The result types of `kubectl get KIND NAME`. */
export interface Kinds {
  configmap: ConfigMap;
  deployment: Deployment;
  hpa: Autoscaler;
  job: Job;
  lease: LeaseObject;
  namespace: KubernetesObject;
  secret: Secret;
  service: Service;
}

/** The item types of `kubectl get KINDS`. */
export interface Lists {
  events: KubernetesEvent;
  pods: Pod;
  replicasets: ReplicaSet;
}
