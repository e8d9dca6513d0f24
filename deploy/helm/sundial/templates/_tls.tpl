{{/* How worker hosts and the Web UI reach a server that speaks TLS, and whether they have to. */}}

{{- define "sundial.isTls" -}}
{{- with .Values.worker -}}
{{- if or .tls.enabled .tls.serverName .tls.authoritySecretName .tls.clientSecretName .apiKey.secretName -}}
yes
{{- end -}}
{{- end -}}
{{- if and .Values.server.enabled .Values.server.tls.secretName (not .Values.worker.address) -}}
{{- with .Values.worker -}}
{{- if not (or .tls.enabled .tls.serverName .tls.authoritySecretName .tls.clientSecretName) -}}
{{- fail "server.tls.secretName: the server speaks TLS alone, so say in worker.tls how its certificate is known" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sundial.clientMounts" -}}
{{- if .Values.worker.tls.authoritySecretName }}
- name: authority
  mountPath: /etc/sundial/authority
  readOnly: true
{{- end }}
{{- if .Values.worker.tls.clientSecretName }}
- name: client
  mountPath: /etc/sundial/client
  readOnly: true
{{- end }}
{{- end -}}

{{- define "sundial.clientVolumes" -}}
{{- with .Values.worker.tls.authoritySecretName }}
- name: authority
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.worker.tls.clientSecretName }}
- name: client
  secret:
    secretName: {{ . }}
{{- end }}
{{- end -}}
