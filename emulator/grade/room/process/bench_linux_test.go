package process

import "testing"

func BenchmarkLookAtAllProcesses(b *testing.B) {
	for b.Loop() {
		readAll()
	}
}
