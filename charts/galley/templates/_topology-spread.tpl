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
