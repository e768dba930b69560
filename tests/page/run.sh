#!/usr/bin/env bash
# Checks the page that the emulator serves: its types, its style, and its model, which is
# compared with the emulator itself.
#
#   tests/page/run.sh          everything
#   tests/page/run.sh quick    without the comparison with the emulator
#
# It installs Node if there is none, and once, in the user's cache, what package-lock.json
# names. Nothing is written into the repository.
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

for config in tsconfig.json tsconfig.web.json; do
	echo "tsc, $config:"
	"$bin/tsc" -p "$config" --typeRoots "$tools/node_modules/@types"
done
echo "biome:"
"$bin/biome" check --config-path=. . ../../emulator/serve/page/web

tests=(model/*.test.mjs shell/*.test.mjs)
if [ "${1:-}" = quick ]; then
	tests=(model/{chunks,cluster,history}.test.mjs shell/*.test.mjs)
fi
node --test "${tests[@]}"
