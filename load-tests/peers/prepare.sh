#!/usr/bin/env bash
# Makes a server ready that Jishi is compared with and prints what it is run with, a line each; or says in a line on the
# error output why it is not to be had. Installs nothing into the system: npm's packages stay here, Debian's are unpacked
# under OUT, which starts no service. With JISHI_PEERS_INSTALL=no it takes only what is there.
# usage: prepare.sh bun|socketio|nchan|c OUT
set -euo pipefail
here="$(CDPATH='' cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
peer="${1:-}"
out="${2:?where to put what is built}"
mkdir -p "$out"

refuse() {
  printf '%s\n' "$*" >&2
  exit 1
}

may_install() { [ "${JISHI_PEERS_INSTALL:-yes}" != no ]; }

need_packages() { # of npm
  local stamp="$here/node_modules/.installed"
  command -v node >/dev/null && command -v npm >/dev/null || refuse "no Node.js with npm"
  if [ -f "$stamp" ] && [ ! "$here/package-lock.json" -nt "$stamp" ]; then return; fi
  may_install || refuse "its npm packages are not installed"
  (cd "$here" && npm ci --no-fund --no-audit) >"$out/npm.log" 2>&1 </dev/null || refuse "npm ci failed; see $out/npm.log"
  touch "$stamp"
}

unpack_nginx() { # folder
  local fresh="$1.new"
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || refuse "neither nginx with nchan nor apt-get"
  rm -rf "$fresh"
  mkdir -p "$fresh"
  (
    cd "$fresh"
    apt-get download nginx libnginx-mod-nchan || { apt-get update && apt-get download nginx libnginx-mod-nchan; }
    for package in *.deb; do dpkg -x "$package" .; done
    rm ./*.deb
  ) >"$out/apt.log" 2>&1 </dev/null || refuse "nginx and libnginx-mod-nchan could not be fetched; see $out/apt.log"
  rm -rf "$1"
  mv "$fresh" "$1"
}

case "$peer" in
  bun)
    need_packages
    bun="$here/node_modules/.bin/bun"
    "$bun" --version >/dev/null 2>&1 || refuse "npm's bun does not run on this machine"
    printf '%s\n' "$bun"
    ;;
  socketio)
    need_packages
    command -v node
    ;;
  nchan)
    root=
    if [ ! -x /usr/sbin/nginx ] || [ ! -f /usr/lib/nginx/modules/ngx_nchan_module.so ]; then
      root="$out/nginx"
      if [ ! -x "$root/usr/sbin/nginx" ] || [ ! -f "$root/usr/lib/nginx/modules/ngx_nchan_module.so" ]; then
        may_install || refuse "nginx with nchan is not installed"
        unpack_nginx "$root"
      fi
    fi
    # nchan makes its own folder in there and takes no word for another
    mkdir -p /var/lib/nginx 2>/dev/null || refuse "nchan needs the folder /var/lib/nginx, which may not be made here"
    "$root/usr/sbin/nginx" -v 2>/dev/null || refuse "nginx does not run on this machine"
    printf '%s\n' "$root/usr/sbin/nginx" "$root/usr/lib/nginx/modules/ngx_nchan_module.so"
    ;;
  c)
    compiler="$(command -v cc || command -v gcc || command -v clang)" || refuse "no C compiler"
    "$compiler" -O2 -Wall -Werror -o "$out/send-loop" "$here/send-loop.c" 2>"$out/cc.log" \
      || refuse "send-loop.c does not compile; see $out/cc.log"
    printf '%s\n' "$out/send-loop"
    ;;
  *)
    refuse "no peer $peer; there are bun, socketio, nchan and c"
    ;;
esac
