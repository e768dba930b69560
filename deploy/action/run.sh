#!/usr/bin/env bash
# Runs the program for the composite action, whose inputs stand in the environment:
# COMMAND, ARGUMENTS (one a line), AUDIENCE, EMULATOR (a path; empty: build it) and
# REPORTS, a directory. It ends with the exit code of the program.
set -euo pipefail
: "${COMMAND:?}" "${ARGUMENTS:?}" "${AUDIENCE:?}" "${EMULATOR=}" "${REPORTS:?}"

reports=(-report "junit=$REPORTS/results.xml" -report "json=$REPORTS/results.json")
case $COMMAND in
run) flags=(-audience "$AUDIENCE" "${reports[@]}") ;;
mutants) flags=("${reports[@]}") ;;
*)
	echo "the input command is $COMMAND; want run or mutants" >&2
	exit 3
	;;
esac

arguments=()
while IFS= read -r line; do
	line=${line%$'\r'}
	[ -z "$line" ] || arguments+=("$line")
done <<<"$ARGUMENTS"

mkdir -p "$REPORTS"
if [ -z "$EMULATOR" ]; then
	EMULATOR=$(mktemp -d)/emulator
	(cd "$(dirname "$0")/../.." && go build -trimpath -o "$EMULATOR" .)
fi

set +e
"$EMULATOR" "$COMMAND" "${flags[@]}" "${arguments[@]}" | tee "$REPORTS/results.txt"
code=${PIPESTATUS[0]}
set -e

# Four spaces make a line of Markdown code, whatever it holds. GitHub takes 1 MiB a step.
{
	printf '## emulator %s: exit code %d\n\n' "$COMMAND" "$code"
	sed 's/^/    /' "$REPORTS/results.txt" | head -c 900000
	echo
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$code"
