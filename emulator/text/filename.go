package text

import (
	"slices"
	"strings"
)

// maxFileName bounds the part of a file's name that comes from a text, in bytes. File
// systems take 255; the rest is for what stands behind it.
const maxFileName = 200

// reservedFiles are names that Windows takes for devices, with any extension.
var reservedFiles = []string{
	"con", "prn", "aux", "nul",
	"com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
}

// FileName turns a text into a name that every file system takes, without an extension:
// ASCII letters, digits, _ and -, at most 200 of them, and no device of Windows. Different
// texts may have the same name.
func FileName(s string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return '_'
	}, s)
	name = name[:min(len(name), maxFileName)]
	if name == "" || name[0] == '-' || slices.Contains(reservedFiles, strings.ToLower(name)) {
		return "_" + name[:min(len(name), maxFileName-1)]
	}
	return name
}
