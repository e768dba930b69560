package syntax

import (
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// WriteRule writes the keys of a rule, by the tables of package fault. An Until
// that is over is left out.
func WriteRule(w *source.Writer, r fault.Rule) {
	r.Until = max(r.Until, 0)
	w.Text("name", r.Name)
	var match []string
	for _, k := range fault.MatchKeys() {
		if k.IsSet(&r) {
			match = append(match, formatKey(&k.Key, &r))
		}
	}
	if match != nil {
		w.Line("match = { %s }", strings.Join(match, ", "))
	}
	for _, e := range fault.Effects() {
		if e.IsSet(&r) {
			w.Line("%s", formatKey(&e.Key, &r))
		}
	}
	for _, k := range fault.Limits() {
		if k.IsSet(&r) {
			w.Line("%s", formatKey(&k, &r))
		}
	}
}

func formatKey(k *fault.Key[fault.Rule], r *fault.Rule) string {
	value := ""
	switch at := k.At(r).(type) {
	case *bool:
		value = fmt.Sprint(*at)
	case *int:
		value = fmt.Sprint(*at)
	case *uint64:
		value = fmt.Sprint(*at)
	case *float64:
		value = source.Float(*at)
	case *time.Duration:
		value = source.Millis(*at)
	case fault.Span:
		value = fmt.Sprintf("[%s, %s]", source.Millis(*at.Min), source.Millis(*at.Max))
	case *[]raft.NodeID:
		value = FormatIDs(*at)
	case fault.Choice:
		value = fmt.Sprintf("%q", at.Words[*at.Place-1])
	case fault.Tri:
		value = fmt.Sprint(*at.Place == 1)
	}
	return k.Name + " = " + value
}
