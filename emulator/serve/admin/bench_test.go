package admin

import (
	"testing"

	"rrmq.example/emulator/emulator/serve/host"
)

// Loading a fixture, from the request to its answer.
func BenchmarkPutFixture(b *testing.B) {
	for _, name := range []string{"fresh_5", "figure_7", "thousand_messages"} {
		b.Run(name, func(b *testing.B) {
			g := start(b, name, host.Real)
			for b.Loop() {
				g.ok("PUT", "/v1/fixture", `{"name": "`+name+`"}`)
			}
		})
	}
}

func BenchmarkGetCluster(b *testing.B) {
	for _, name := range []string{"fresh_5", "fresh_13"} {
		b.Run(name, func(b *testing.B) {
			g := start(b, name, host.Real)
			for b.Loop() {
				g.ok("GET", "/v1/cluster", "")
			}
		})
	}
}
