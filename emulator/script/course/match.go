package course

import "strings"

// MatchPath reports whether the path of a URL is that of the message: equal segments, and any
// one segment for each {name}.
func (m *Message) MatchPath(path string) bool {
	if m.Path == "" {
		return false
	}
	want, got := strings.Split(m.Path, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, w := range want {
		if wild := strings.HasPrefix(w, "{") && strings.HasSuffix(w, "}"); !wild && w != got[i] || wild && got[i] == "" {
			return false
		}
	}
	return true
}
