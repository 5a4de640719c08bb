{{/* No pod goes before another is ready. A volume for one node alone cannot be held by two pods. */}}
{{- define "galley.strategy" -}}
{{- if and .Values.persistence.enabled (eq .Values.persistence.accessMode "ReadWriteOnce") (not .Values.persistence.existingClaim) -}}
type: Recreate
{{- else -}}
type: RollingUpdate
rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
{{- end -}}
{{- end }}

{{- define "galley.topologySpread" -}}
{{- range $key, $label := dict "zone" "topology.kubernetes.io/zone" "host" "kubernetes.io/hostname" }}
{{- with get $.Values.topologySpread $key }}
- topologyKey: {{ $label }}
  maxSkew: 1
  whenUnsatisfiable: {{ . }}
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels: {{- include "galley.selector" $ | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}
