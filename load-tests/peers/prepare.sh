#!/usr/bin/env bash
# Makes a server ready that Jishi is compared with and prints what it is run with, a line each; or says in a line on the
# error output why it is not to be had. Installs nothing into the system: npm's packages stay here, Debian's are unpacked
# under OUT, which starts no service. With JISHI_PEERS_INSTALL=no it takes only what is there.
# usage: prepare.sh bun|socketio|nchan|c|redis OUT
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

unpack() { # folder, Debian's packages…
  local folder="$1" fresh="$1.new"
  shift
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || refuse "neither $1 nor apt-get"
  rm -rf "$fresh"
  mkdir -p "$fresh"
  (
    cd "$fresh"
    apt-get download "$@" || { apt-get update && apt-get download "$@"; }
    for package in *.deb; do dpkg -x "$package" .; done
    rm ./*.deb
  ) >"$out/apt.log" 2>&1 </dev/null || refuse "$* could not be fetched; see $out/apt.log"
  rm -rf "$folder"
  mv "$fresh" "$folder"
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
        unpack "$root" nginx libnginx-mod-nchan
      fi
    fi
    # nchan makes its own folder in there and takes no word for another
    mkdir -p /var/lib/nginx 2>/dev/null || refuse "nchan needs the folder /var/lib/nginx, which may not be made here"
    "$root/usr/sbin/nginx" -v 2>/dev/null || refuse "nginx does not run on this machine"
    printf '%s\n' "$root/usr/sbin/nginx" "$root/usr/lib/nginx/modules/ngx_nchan_module.so"
    ;;
  redis)
    libraries=
    program="$(command -v redis-server || true)"
    if [ -z "$program" ]; then
      root="$out/redis"
      program="$root/usr/bin/redis-server"
      libraries="$(printf '%s:' "$root"/usr/lib/*-linux-gnu*)"
      if [ ! -x "$program" ]; then
        may_install || refuse "redis-server is not installed"
        unpack "$root" redis-server redis-tools liblzf1 libjemalloc2
        libraries="$(printf '%s:' "$root"/usr/lib/*-linux-gnu*)"
      fi
    fi
    LD_LIBRARY_PATH="$libraries" "$program" --version >/dev/null 2>&1 || refuse "redis-server does not run on this machine"
    printf '%s\n' "$program" "$libraries"
    ;;
  c)
    compiler="$(command -v cc || command -v gcc || command -v clang)" || refuse "no C compiler"
    "$compiler" -O2 -Wall -Werror -o "$out/send-loop" "$here/send-loop.c" 2>"$out/cc.log" \
      || refuse "send-loop.c does not compile; see $out/cc.log"
    printf '%s\n' "$out/send-loop"
    ;;
  *)
    refuse "no peer $peer; there are bun, socketio, nchan, c and redis"
    ;;
esac
