{{/* Takes a dict: root, and component. */}}
{{- define "galley.topologySpread" -}}
{{- range $key, $label := dict "zone" "topology.kubernetes.io/zone" "host" "kubernetes.io/hostname" }}
{{- with get $.root.Values.topologySpread $key }}
- topologyKey: {{ $label }}
  maxSkew: 1
  whenUnsatisfiable: {{ . }}
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels: {{- include "galley.componentSelector" $ | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}
