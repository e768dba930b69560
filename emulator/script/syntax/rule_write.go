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
// that is over is left out. The MatchWho has the nodes that the match names by words.
func WriteRule(w *source.Writer, r fault.Rule, who MatchWho) {
	r.Until = max(r.Until, 0)
	w.Text("name", r.Name)
	var match []string
	for _, k := range fault.MatchKeys() {
		if list, ok := who[k.Name]; ok {
			match = append(match, k.Name+" = "+FormatSelector(list))
		} else if k.IsSet(&r) {
			match = append(match, FormatKey(&k.Key, k.Name, &r))
		}
	}
	if match != nil {
		w.Line("match = { %s }", strings.Join(match, ", "))
	}
	for _, e := range fault.Effects() {
		if e.IsSet(&r) {
			w.Line("%s", FormatKey(&e.Key, e.Name, &r))
		}
	}
	for _, k := range fault.Limits() {
		if k.IsSet(&r) {
			w.Line("%s", FormatKey(&k, k.Name, &r))
		}
	}
}

// FormatKey writes a key that is set under this name, as ReadKey reads it.
func FormatKey[T any](k *fault.Key[T], name string, v *T) string {
	value := ""
	switch at := k.At(v).(type) {
	case *bool:
		value = fmt.Sprint(*at)
	case *int:
		value = fmt.Sprint(*at)
	case *uint64:
		value = fmt.Sprint(*at)
	case *string:
		value = source.Quote(*at)
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
	return name + " = " + value
}
