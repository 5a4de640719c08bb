{{/* The pods that serve requests and the workers differ in their role, labels and resources, and in nothing else.
Takes a dict: root; component (api or worker); role, the value of PROCESS_ROLE, or nothing for the default; config, the
settings of this component alone; preStopSeconds; and resources. */}}
{{- define "galley.serverPod" -}}
{{- $ := .root -}}
{{- $name := include "galley.fullname" $ -}}
{{- $drain := div (merge (dict) .config $.Values.config | dig "SHUTDOWN_TIMEOUT_MS" "25000" | int) 1000 -}}
metadata:
  labels: {{- merge (include "galley.componentSelector" . | fromYaml) $.Values.podLabels | toYaml | nindent 4 }}
  annotations:
    {{- with $.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") $ | sha256sum }}
    checksum/config-file: {{ $.Values.configFile | sha256sum }}
    galley/secret-revision: {{ $.Values.secretRevision | quote }}
spec:
  serviceAccountName: {{ include "galley.serviceAccount" $ }}
  {{- include "galley.podSpec" $ | nindent 2 }}
  {{- with include "galley.topologySpread" . }}
  topologySpreadConstraints: {{- . | trim | nindent 4 }}
  {{- end }}
  # preStop, then the drain, then 5 s for what is forced.
  terminationGracePeriodSeconds: {{ add .preStopSeconds $drain 5 }}
  containers:
    - name: galley
      {{- include "galley.container" $ | nindent 6 }}
      ports:
        - { name: http, containerPort: 3000 }
      envFrom:
        - configMapRef: { name: {{ $name }} }
      env:
        {{- with .role }}
        - name: PROCESS_ROLE
          value: {{ . }}
        {{- end }}
        {{- range $key, $value := .config }}
        - name: {{ $key }}
          value: {{ $value | quote }}
        {{- end }}
        {{- include "galley.secretsAsEnv" $ | trim | nindent 8 }}
        {{- with $.Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- range $probe, $numbers := $.Values.probes }}
      {{ $probe }}Probe:
        httpGet: { path: /health/{{ get (dict "startup" "startup" "readiness" "ready" "liveness" "live") $probe }}, port: http }
        {{- toYaml $numbers | nindent 8 }}
      {{- end }}
      {{- with .preStopSeconds }}
      lifecycle:
        preStop:
          {{- if semverCompare ">=1.30.0-0" $.Capabilities.KubeVersion.Version }}
          sleep: { seconds: {{ . }} }
          {{- else }}
          exec: { command: [sleep, {{ . | quote }}] }
          {{- end }}
      {{- end }}
      resources: {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        {{- include "galley.volumeMounts" $ | nindent 8 }}
    {{- with $.Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "galley.volumes" (dict "root" $ "configFile" (printf "%s-file" $name)) | nindent 4 }}
{{- end }}
