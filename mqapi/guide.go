package mqapi

import (
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// isForeign reports whether an unknown path begins like no path of the course's API. Suites
// compare the bodies of that API's answers exactly, so only foreign paths get a guide.
func isForeign(path string) bool {
	first := firstPart(path)
	for _, r := range Routes() {
		if first == firstPart(r.Path) {
			return false
		}
	}
	return true
}

// firstPart is a path up to its second slash.
func firstPart(path string) string {
	part, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + part
}

// guide is the body of the answer to a foreign path. It says in words what the headers
// say, because browsers and curl do not show those.
func (s *server) guide(path string) []byte {
	var known []string
	for _, r := range Routes() {
		known = append(known, firstPart(r.Path))
	}
	words := "this is node " + strconv.Itoa(int(s.node.ID())) + " of a Raft message queue"
	if path != "/" {
		words = "there is no " + text.Short(path, 100) + " on a node"
		if near := text.Nearest(firstPart(path), known, 1); len(near) > 0 {
			words += "; did you mean " + near[0] + "?"
		}
	}
	b := appendText([]byte("{\n  \"success\": false,\n  \"error\": "), words)
	b = append(b, ",\n  \"routes\": [\n"...)
	for i, r := range Routes() {
		if i > 0 {
			b = append(b, ",\n"...)
		}
		b = appendText(append(b, `    {"request": `...), r.Method+" "+r.Path)
		if r.Example != "" {
			b = append(append(b, `, "body": `...), r.Example...)
		}
		b = append(appendText(append(b, `, "does": `...), r.Doc), '}')
	}
	b = append(b, "\n  ]"...)
	if s.settings.Admin != "" {
		b = appendText(append(b, ",\n  \"admin\": "...), s.settings.Admin)
	}
	return append(b, "\n}\n"...)
}
