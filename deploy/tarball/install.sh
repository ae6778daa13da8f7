#!/bin/sh
# Installs maillog_exporter in /usr/local, with a user and a systemd unit of its own. As root:
#
#   ./install.sh                 installs or upgrades, and starts it
#   ./install.sh --uninstall     removes all but its state (/var/lib/maillog_exporter), its user, and what you changed in /etc
set -eu
cd "$(dirname "$0")"
prefix=/usr/local
unit=maillog_exporter.service

has() { command -v "$1" >/dev/null 2>&1; }
# Only where systemd is running: an image can be prepared without.
with_systemd() { if [ -d /run/systemd/system ]; then systemctl "$@"; fi; }

[ "$(id -u)" = 0 ] || { echo "install.sh: run it as root" >&2; exit 1; }

if [ "${1-}" = --uninstall ]; then
  with_systemd disable --now "$unit" || true
  (cd files && find . -type f) | while read -r file; do rm -f "$prefix/$file"; done
  # The folders of its own, which are empty now.
  find "$prefix/share/doc/maillog_exporter" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  for file in default/maillog_exporter maillog_exporter.yml; do
    if cmp -s "etc/$file" "/etc/$file"; then rm -f "/etc/$file"; fi
  done
  with_systemd daemon-reload
  echo "maillog_exporter is removed; its state is still in /var/lib/maillog_exporter"
  exit 0
fi
[ $# = 0 ] || { echo "install.sh: there is no $1; it takes --uninstall or nothing" >&2; exit 1; }

# The user, and the groups that may read mail logs, the journal and Postfix's queue, as far as they exist.
if ! grep -q '^maillog_exporter:' /etc/passwd; then
  useradd --system --user-group --home-dir /var/lib/maillog_exporter --no-create-home --shell /usr/sbin/nologin \
    maillog_exporter
fi
for group in adm systemd-journal postdrop; do
  if has usermod && grep -q "^$group:" /etc/group; then usermod -a -G "$group" maillog_exporter; fi
done

# Each file takes the place of the former one at once, so that a program that is running is not touched.
(cd files && find . -type f) | while read -r file; do
  mkdir -p "$prefix/$(dirname "$file")"
  cp "files/$file" "$prefix/$file.new"
  mv -f "$prefix/$file.new" "$prefix/$file"
done
mkdir -p /etc/default
for file in default/maillog_exporter maillog_exporter.yml; do
  [ -e "/etc/$file" ] || cp "etc/$file" "/etc/$file"
done
if has restorecon; then restorecon -R "$prefix/bin/maillog_exporter" "$prefix/lib/systemd" || true; fi

with_systemd daemon-reload
with_systemd enable "$unit"
with_systemd restart "$unit"
echo "maillog_exporter is installed; metrics: http://localhost:9025/metrics, flags: /etc/default/maillog_exporter"
