/**
 * Runs the tests of charts/galley with real tools: `npm run test:chart`. They require helm and kubeconform
 * (compiled with Go if they are not installed), Go for the API schemas, and promtool (unpacked from the Debian
 * package if it is not installed). With KUBECONFIG, they also use that cluster. Arguments are passed to Jest.
 */
import { spawnSync } from 'node:child_process';
import { findTool } from '../tools/debian-tools.ts';
import { messageOf } from '../tools/failures.ts';
import { findGoTool, goModule } from '../tools/go-tools.ts';
import { isMain } from '../tools/main.ts';
import { JEST } from './jest.ts';

export const KUBERNETES_NEWEST = 'k8s.io/kubernetes@v1.36.3';

/** The oldest and the newest Kubernetes with which the chart is checked, and the optional kinds that it uses. */
const MODULES = {
  GALLEY_KUBERNETES_OLDEST: 'k8s.io/kubernetes@v1.32.13',
  GALLEY_KUBERNETES_NEWEST: KUBERNETES_NEWEST,
  GALLEY_CRDS_GATEWAY: 'sigs.k8s.io/gateway-api@v1.5.0',
  GALLEY_CRDS_MONITORING: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
  GALLEY_CRDS_VPA: 'k8s.io/autoscaler/vertical-pod-autoscaler@v1.8.1',
};

/** @returns the exit code of Jest */
function testChart(args: string[]): number {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    GALLEY_HELM: findGoTool('helm'),
    GALLEY_KUBECONFORM: findGoTool('kubeconform'),
    GALLEY_PROMTOOL: findTool('promtool'),
  };
  for (const [name, module] of Object.entries(MODULES)) env[name] = goModule(module);
  const jest = [...JEST, '--config=test/chart/jest.config.ts', '--ci'];
  return spawnSync(process.execPath, [...jest, ...args], { stdio: 'inherit', env }).status ?? 1;
}

if (isMain(import.meta)) {
  try {
    process.exitCode = testChart(process.argv.slice(2));
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
