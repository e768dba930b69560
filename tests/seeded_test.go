package tests

import (
	"fmt"
	"strings"
	"testing"
)

// seeded is a fixture of n nodes whose leader in term 1 is node 0. Further lines
// go into its [cluster] table.
func seeded(n int, cluster ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "format = 1\nname = \"seeded_%d\"\n[cluster]\nnodes = %[1]d\n%s\n", n, strings.Join(cluster, "\n"))
	fmt.Fprintf(&b, "[[node]]\nid = 0\nrole = \"leader\"\nterm = 1\n")
	for id := 1; id < n; id++ {
		fmt.Fprintf(&b, "[[node]]\nid = %d\nterm = 1\nvoted_for = 0\n", id)
	}
	return b.String()
}

// startSeeded starts n nodes that node 0 leads in term 1.
func startSeeded(t testing.TB, n int, flags ...string) *program {
	t.Helper()
	file := writeFile(t, "seeded.toml", seeded(n))
	return start(t, append([]string{"-fixture", file}, flags...)...)
}
