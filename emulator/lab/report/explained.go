package report

import (
	"encoding/json"
	"slices"

	"rrmq.example/emulator/emulator/script/fixture"
	why "rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
)

const (
	// mostBroken is the largest number of records with a broken rule that a file explains.
	mostBroken = 30
	// mostExplained is that of all records.
	mostExplained = 100
)

// explained explains records of a run: the one at which it is opened, those that led to it, and
// those in which a node broke a rule.
func explained(header json.RawMessage, lines []json.RawMessage, openAt uint64) map[uint64]any {
	records := make([]trace.Record, 0, len(lines))
	for _, line := range lines {
		r, err := trace.Decode(line, nil)
		if err != nil {
			return nil // the page shows the records all the same
		}
		records = append(records, r)
	}
	e := why.New(records, nodesOf(header))
	all := map[uint64]any{}
	ask := append([]uint64{openAt}, e.Broken(mostBroken)...)
	for range 3 { // the steps of the steps as well
		var next []uint64
		for _, x := range e.Each(ask) {
			if _, known := all[x.Seq]; known || len(all) == mostExplained {
				continue
			}
			all[x.Seq] = x
			for _, s := range x.Steps {
				next = append(next, s.Seq)
			}
		}
		slices.Sort(next)
		ask = slices.Compact(next)
	}
	return all
}

// nodesOf is the number of nodes of a run; 0 if its header does not say it.
func nodesOf(header json.RawMessage) int {
	var h struct{ Fixture string }
	if err := json.Unmarshal(header, &h); err != nil {
		return 0
	}
	f, err := fixture.Parse("run", []byte(h.Fixture))
	if err != nil {
		return 0
	}
	return len(f.Nodes)
}
