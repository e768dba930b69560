#!/usr/bin/env bash
# Checks the page that the emulator serves: its types, its style, its model, which is
# compared with the emulator itself, and what a browser makes of it.
#
#   tests/page/run.sh          everything
#   tests/page/run.sh quick    without the comparison with the emulator and the browser
#   tests/page/run.sh browser  only the tests in a browser
#
# EMULATOR names a program to test instead of building one, and SCREENSHOTS the folder for
# pictures of the page. The script installs Node and Chromium if there are none, and once, in
# the user's cache, what package-lock.json names. Nothing is written into the repository.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v npm >/dev/null; then
	apt-get update -q && apt-get install -qy --no-install-recommends nodejs npm
fi

tools=${XDG_CACHE_HOME:-$HOME/.cache}/emulator-ci/page-$(sha256sum package-lock.json | cut -c1-16)
if [ ! -e "$tools/installed" ]; then
	mkdir -p "$tools"
	cp package.json package-lock.json "$tools"
	(cd "$tools" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	touch "$tools/installed"
fi
bin=$tools/node_modules/.bin

check() {
	for config in tsconfig.json tsconfig.web.json; do
		echo "tsc, $config:"
		"$bin/tsc" -p "$config" --typeRoots "$tools/node_modules/@types"
	done
	echo "biome:"
	"$bin/biome" check --config-path=. . ../../emulator/serve/page/web
}

browser() {
	if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
		apt-get update -q && apt-get install -qy --no-install-recommends chromium
	fi
	PAGE_TOOLS=$tools node --test browser/all.mjs
}

case ${1:-all} in
quick)
	check
	node --test model/{chunks,cluster,history}.test.mjs shell/*.test.mjs
	;;
browser) browser ;;
all)
	check
	node --test model/*.test.mjs shell/*.test.mjs
	browser
	;;
*)
	echo "usage: tests/page/run.sh [quick|browser]" >&2
	exit 3
	;;
esac
