# Clean trees of Debian, for scripts/debian-trees and scripts/package-trees, which source this.

# What apt fetches Debian's packages from: `RELEASE URI`, as `bookworm-updates http://…`.
apt_sources() {
  apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 == "Debian" && $2 == "main" { print $3, $4 }' | sort -u
}

# uri_of KIND: of the release itself (-), its updates or its security suite; nothing if apt has none.
uri_of() { apt_sources | awk -v kind="$1" '{ has = "-"; if (match($1, /-[a-z]+$/)) has = substr($1, RSTART + 1) } has == kind { print $2; exit }'; }

# Why no tree can be made here; nothing if one can.
why_no_tree() {
  ((EUID == 0)) || { echo "needs root"; return; }
  command -v debootstrap >/dev/null || { echo "debootstrap is not installed"; return; }
  command -v apt-get >/dev/null && [[ -n $(uri_of -) ]] || { echo "apt has no source of Debian's packages"; return; }
  unshare --mount --pid --fork true 2>/dev/null || echo "name spaces are not allowed here"
}

# write_apt_configuration TREE SUITE: the same source, and what is said of proxies.
write_apt_configuration() {
  local kind uri
  apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$1/etc/apt/apt.conf.d/90machine"
  echo "deb $(uri_of -) $2 main" >"$1/etc/apt/sources.list"
  [[ $2 == sid ]] && return
  for kind in updates security; do
    uri=$(uri_of "$kind")
    [[ -z $uri ]] || echo "deb $uri $2-$kind main" >>"$1/etc/apt/sources.list"
  done
}

# make_tree SUITE TREE: afresh; what debootstrap says goes to standard output.
make_tree() {
  rm -rf "$2"
  debootstrap --variant=minbase "$1" "$2" "$(uri_of -)" 2>&1 && write_apt_configuration "$2" "$1"
}
