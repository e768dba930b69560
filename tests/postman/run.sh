#!/usr/bin/env bash
# Starts the emulator on free ports, checks its OpenAPI document against the
# specification's own schema, and runs its Postman collection with newman, twice
# on the same cluster: it must leave it as it found it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v npm >/dev/null; then
	apt-get update -q && apt-get install -qy --no-install-recommends nodejs npm
fi

dir=$(mktemp -d)
pid=
finish() {
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || true
		wait "$pid" || true
	fi
	rm -rf "$dir"
}
trap finish EXIT

cp "$here/package.json" "$here/package-lock.json" "$dir"
(cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
(cd "$here/../.." && go build -o "$dir/emulator" .)

mkfifo "$dir/ready"
"$dir/emulator" -base-port 0 -admin 127.0.0.1:0 >"$dir/ready" &
pid=$!
exec 3<"$dir/ready"
read -r -t 30 ready <&3
echo "$ready"

cd "$dir"
# shellcheck disable=SC2016 # the words are JavaScript
READY=$ready node --input-type=module -e '
	import { writeFile } from "node:fs/promises";
	const { admin } = JSON.parse(process.env.READY);
	for (const name of ["openapi.json", "postman.json"]) {
		const answer = await fetch(admin + "/" + name);
		if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
		await writeFile(name, await answer.text());
	}
'
echo "the OpenAPI document:"
node_modules/.bin/validate-api openapi.json
for run in 1 2; do
	echo "the Postman collection, run $run:"
	if ! node_modules/.bin/newman run postman.json --bail --color off >log; then
		cat log
		exit 1
	fi
	grep -E 'requests|assertions|run duration' log | grep '│'
done
