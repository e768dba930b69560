package emulator_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// What happens, what users write and what judges it link no net/http: neither
// ports nor goroutines of a server can reach a run in virtual time.
func TestPurePackagesLinkNoHTTP(t *testing.T) {
	const module = "rrmq.example/emulator/"
	for _, pattern := range []string{
		"raft", "mqapi/queue", "mqapi/wire", "emulator/text", "emulator/sim/...", "emulator/script/...",
		"emulator/check/history", "emulator/check/invariant", "emulator/check/oracle",
	} {
		t.Run(pattern, func(t *testing.T) {
			linked, err := exec.Command("go", "list", "-deps", module+pattern).Output()
			assert.NilError(t, err)
			packages := strings.Fields(string(linked))
			assert.Assert(t, len(packages) > 0)
			assert.Assert(t, !slices.Contains(packages, "net/http"))
		})
	}
}
