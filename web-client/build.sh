#!/usr/bin/env bash
# What Maven runs for the web client: `build` (when a source is newer than the last build) or `test`.
# Either installs the packages first when package-lock.json changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v npm >/dev/null; then
  echo "web-client: npm is missing; install Node.js 20.19 or newer" >&2
  exit 1
fi

installed=node_modules/.installed
if [ ! -f "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  npm ci --no-fund --no-audit
  touch "$installed"
fi

sources() {
  for name in src public index.html package.json package-lock.json tsconfig.json vite.config.ts build.sh; do
    if [ -e "$name" ]; then echo "$name"; fi
  done
  find . -maxdepth 1 -name '*.html' -not -name index.html
}

case "${1:-}" in
  build)
    stamp=target/pages-built
    if [ -f "$stamp" ] && [ -f dist/index.html ] \
      && [ -z "$(sources | xargs -I{} find {} -newer "$stamp" -print | head -n 1)" ]; then
      exit 0
    fi
    mkdir -p target
    touch "$stamp.new"
    # hashed file names: what an earlier build left must not stay in the jar
    rm -rf target/classes/webroot target/quick-classes/webroot
    npm run build
    mv "$stamp.new" "$stamp"
    ;;
  test)
    report=target/vitest/TEST-vitest.xml
    rm -f "$report"
    # JISHI_KEEP_GOING: failures are read from the report later
    npm test || { [ -n "${JISHI_KEEP_GOING:-}" ] && [ -f "$report" ]; }
    ;;
  *)
    echo "usage: build.sh build|test" >&2
    exit 2
    ;;
esac
