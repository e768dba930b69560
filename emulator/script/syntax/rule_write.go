package syntax

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
)

// WriteRule writes the keys of a message rule.
func WriteRule(w *source.Writer, r fault.Rule) {
	o := RuleJSON(r)
	w.Text("name", o.Name)
	if o.Match != nil {
		w.Line("match = { %s }", strings.Join(matchItems(o.Match), ", "))
	}
	for _, action := range []struct {
		key string
		set bool
	}{{"drop", o.Drop}, {"reorder", o.Reorder}, {"hold", o.Hold}} {
		if action.set {
			w.Line("%s = true", action.key)
		}
	}
	if o.DelayMS != nil {
		w.Line("delay_ms = [%s, %s]", source.Millis(r.DelayMin), source.Millis(r.DelayMax))
	}
	for _, n := range []struct {
		key string
		n   uint64
	}{{"duplicate", uint64(o.Duplicate)}, {"skip", o.Skip}, {"count", o.Count}} {
		if n.n > 0 {
			w.Line("%s = %d", n.key, n.n)
		}
	}
	if r.Until > 0 {
		w.Line("until_ms = %s", source.Millis(r.Until))
	}
	if o.Probability > 0 {
		w.Line("probability = %s", source.Float(o.Probability))
	}
}

func matchItems(m *MatchObject) []string {
	var items []string
	if m.From != nil {
		items = append(items, "from = "+FormatIDs(m.From))
	}
	if m.To != nil {
		items = append(items, "to = "+FormatIDs(m.To))
	}
	if m.Type != "" {
		items = append(items, fmt.Sprintf("type = %q", m.Type))
	}
	if m.Kind != "" {
		items = append(items, fmt.Sprintf("kind = %q", m.Kind))
	}
	if m.Entries != nil {
		items = append(items, fmt.Sprintf("entries = %t", *m.Entries))
	}
	return items
}
