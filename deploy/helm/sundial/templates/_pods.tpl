{{/* What the pods of server and worker host have in common. */}}

{{- define "sundial.image" -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}

{{- define "sundial.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
# Volumes belong to the group, so that the user can write to them.
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "sundial.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Where a pod goes, and what it may pull. Takes the root and the values of the component. */}}
{{- define "sundial.placement" -}}
serviceAccountName: {{ include "sundial.serviceAccount" .root }}
automountServiceAccountToken: false
# A service's variables look like settings: that of a service called sundial would be SUNDIAL_PORT.
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "sundial.metricsPort" -}}
- name: metrics
  containerPort: {{ .Values.metrics.port }}
{{- end -}}

{{- define "sundial.metricsAddress" -}}
- name: SUNDIAL_METRICS_ADDRESS
  value: {{ printf "0.0.0.0:%v" .Values.metrics.port | quote }}
{{- end -}}

{{/* Annotations of a pod: its own, and where Prometheus finds its metrics. Takes the root and the values of the component. */}}
{{- define "sundial.podAnnotations" -}}
{{- $found := dict -}}
{{- if .root.Values.metrics.annotations -}}
{{- $found = dict "prometheus.io/scrape" "true" "prometheus.io/port" (printf "%v" .root.Values.metrics.port) -}}
{{- end -}}
{{- with merge (deepCopy .values.podAnnotations) $found }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
