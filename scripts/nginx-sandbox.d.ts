export function nginxSandbox(
  folder: string,
  certificates: string,
  ports?: { http?: number; https?: number; apps?: number[] },
): string;
