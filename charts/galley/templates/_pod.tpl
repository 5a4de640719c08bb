{{/* What the application's pods, the migration's and the tests' have in common. */}}
{{- define "galley.podSpec" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext: {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "galley.container" -}}
image: {{ include "galley.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
{{- end }}

{{/* What is not secret. The ConfigMap holds it, and the hooks have it inlined: they run before the ConfigMap is there. */}}
{{- define "galley.settings" -}}
{{- $own := dict "PORT" "3000" "APP_VERSION" .Chart.AppVersion -}}
{{- with .Values.image.digest }}{{ $_ := set $own "APP_IMAGE_DIGEST" . }}{{ end -}}
{{- with .Values.trustProxy }}{{ $_ := set $own "TRUST_PROXY" (toString .) }}{{ end -}}
{{- if .Values.configFile }}{{ $_ := set $own "CONFIG_FILE" "/app/config/config.yaml" }}{{ end -}}
{{ merge $own .Values.config | toYaml }}
{{- end }}

{{- define "galley.settingsAsEnv" -}}
{{- range $name, $value := include "galley.settings" . | fromYaml }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Each secret by its key, so that the owner of the schema stays unknown to the pods that serve. */}}
{{- define "galley.secretsAsEnv" -}}
{{- $ := . -}}
{{- range include "galley.secretSettings" . | fromYamlArray }}
{{- include "galley.fromSecret" (list $ .) }}
{{- end }}
{{- /* No secret, but it belongs to the server that the URL beside it names. */ -}}
{{- if not (hasKey .Values.config "DATABASE_SSL_CA") }}
{{- include "galley.fromSecret" (list . "DATABASE_SSL_CA") }}
{{- end }}
{{- end }}

{{- define "galley.ownerAsEnv" -}}
{{- include "galley.fromSecret" (list . "DATABASE_MIGRATION_URL") | trim }}
{{- end }}

{{/* Takes a list: root, and the key, which may be absent. */}}
{{- define "galley.fromSecret" }}
- name: {{ last . }}
  valueFrom: { secretKeyRef: { name: {{ (first .).Values.existingSecret }}, key: {{ last . }}, optional: true } }
{{- end }}

{{- define "galley.secretSettings" -}}
{{ without (.Files.Get "files/secret-settings" | trim | splitList "\n") "DATABASE_MIGRATION_URL" | toYaml }}
{{- end }}

{{/* Takes a dict: root, and configFile, the name of the ConfigMap that holds it. */}}
{{- define "galley.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: {{ .root.Values.tmpSizeLimit }} }
{{- if .root.Values.configFile }}
- name: config-file
  configMap: { name: {{ .configFile }} }
{{- end }}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "galley.volumeMounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .Values.configFile }}
- { name: config-file, mountPath: /app/config, readOnly: true }
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
