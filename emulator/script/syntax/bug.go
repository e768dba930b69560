package syntax

import (
	"strconv"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// bugName reads the name of a bug, "" for none, and tells whether one is given.
func ReadBug(t *source.Table, key string, dst *string) bool {
	if !t.Text(key, dst) {
		return false
	}
	if _, err := world.FindBug(*dst); err != nil {
		v := t.At(key)
		v.Report("is %s, and there is no such bug, %s", v.Show(), meantBug(*dst))
		*dst = ""
	}
	return true
}

func meantBug(name string) string {
	var names []string
	for _, b := range world.Bugs() {
		names = append(names, b.Name)
	}
	if near := text.Nearest(name, names, 1); len(near) > 0 {
		return "did you mean " + strconv.Quote(near[0]) + "?"
	}
	return `want one that "emulator bugs" lists, or "" for none`
}
