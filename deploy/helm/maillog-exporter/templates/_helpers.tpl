{{- define "maillog.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "maillog.fullname" -}}
{{- $name := include "maillog.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "maillog.selector" -}}
app.kubernetes.io/name: {{ include "maillog.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: node
{{- end }}

{{- define "maillog.labels" -}}
app.kubernetes.io/name: {{ include "maillog.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* What asks whether it is alive. */}}
{{- define "maillog.probe" -}}
{{- if .Values.web.configSecret -}}
exec:
  command: [/maillog_exporter, healthcheck, {{ ternary "https" "http" .Values.web.tls }}://localhost:9025]
{{- else -}}
httpGet:
  path: /-/healthy
  port: maillog-metrics
{{- end }}
{{- end }}
