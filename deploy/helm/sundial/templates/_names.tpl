{{/* Names and labels of the objects. */}}

{{- define "sundial.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "sundial.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "sundial.name" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{/* What a selector goes by; it can't change later. Takes the root and the component. */}}
{{- define "sundial.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "sundial.labels" -}}
{{ include "sundial.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- end -}}

{{/* The server that the worker hosts and the Web UI talk to. */}}
{{- define "sundial.address" -}}
{{- .Values.worker.address | default (printf "%s-server:%v" (include "sundial.name" .) .Values.server.service.port) -}}
{{- end -}}
