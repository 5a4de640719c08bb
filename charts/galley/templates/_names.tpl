{{/* Room for the longest suffix, within the 63 characters of a label. */}}
{{- define "galley.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "galley.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "galley.fullname" .) "default") }}
{{- end }}

{{/* All pods of the release, the migration's and the tests' too. */}}
{{- define "galley.releaseSelector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Takes a dict: root, and component. A Deployment cannot change its selector, so this never changes. */}}
{{- define "galley.componentSelector" -}}
{{ include "galley.releaseSelector" .root }}
app.kubernetes.io/component: {{ .component }}
track: stable
{{- end }}

{{/* The pods that serve. */}}
{{- define "galley.selector" -}}
{{ include "galley.componentSelector" (dict "root" . "component" "api") }}
{{- end }}

{{- define "galley.workerName" -}}
{{ include "galley.fullname" . }}-worker
{{- end }}

{{- define "galley.workerSelector" -}}
{{ include "galley.componentSelector" (dict "root" . "component" "worker") }}
{{- end }}

{{- define "galley.labels" -}}
{{ include "galley.releaseSelector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "galley.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "galley.fewestPods" -}}
{{ .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int }}
{{- end }}

{{- define "galley.mostPods" -}}
{{ .Values.autoscaling.enabled | ternary .Values.autoscaling.maxReplicas .Values.replicaCount | int }}
{{- end }}

{{- define "galley.fewestWorkers" -}}
{{- with .Values.worker -}}
{{ .autoscaling.enabled | ternary .autoscaling.minReplicas .replicaCount | int }}
{{- end -}}
{{- end }}
