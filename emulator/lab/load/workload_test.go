package load

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// The seed and the client's number decide what a client sends.
func TestScriptIsRepeatable(t *testing.T) {
	topics := topicNames("p-", 3)
	for i := range workloads {
		take := func(seed uint64, client int) (list []machine.Command) {
			s := newScript(&workloads[i], "p-", topics, seed, client)
			for range 50 {
				list = append(list, s.next())
			}
			return list
		}
		assert.DeepEqual(t, take(5, 2), take(5, 2))
		a, b, c := take(5, 2), take(6, 2), take(5, 3)
		assert.Assert(t, !equal(a, b), workloads[i].name)
		assert.Assert(t, !equal(a, c), workloads[i].name)
	}
}

func equal(a, b []machine.Command) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// A workload sends its operations in about the documented proportions.
func TestWorkloads(t *testing.T) {
	const n = 20_000
	topics := topicNames("p-", 4)
	for i := range workloads {
		w := &workloads[i]
		if w.one {
			topics = topics[:1]
		}
		s := newScript(w, "p-", topics, 1, 0)
		ops := map[*machine.Operation]int{}
		first, texts := 0, map[string]bool{}
		for range n {
			c := s.next()
			ops[c.Op]++
			if c.Op == queue.PutMessage {
				assert.Assert(t, !texts[c.Args[1]], c.Args[1])
				texts[c.Args[1]] = true
			}
			if c.Args[0] == topics[0] {
				first++
			}
		}
		near := func(got, percent int) {
			t.Helper()
			want := n * percent / 100
			assert.Assert(t, got >= want-n/50 && got <= want+n/50, "%s: %d of %d, want %d%%", w.name, got, n, percent)
		}
		near(ops[queue.PutMessage], w.puts)
		near(ops[queue.PopMessage], w.pops)
		near(ops[queue.GetTopics], w.lists)
		if w.hot > 0 {
			near(first, w.hot+(100-w.hot)/len(topics))
		}
	}
}
