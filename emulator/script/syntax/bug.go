package syntax

import (
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/text"
)

// ReadBug reads the name of a bug, "" for none. It returns whether the key is there.
func ReadBug(t *source.Table, key string, dst *string) bool {
	if !t.Text(key, dst) {
		return false
	}
	if _, err := bugs.Find(*dst); err != nil {
		t.ReportKey(key, "is %s, and there is no such bug, %s", source.QuoteShort(*dst), meantBug(*dst))
		*dst = ""
	}
	return true
}

func meantBug(name string) string {
	if meant := text.Meant(name, bugs.Names()); meant != "" {
		return meant
	}
	return `want one that "emulator bugs" lists, or "" for none`
}
