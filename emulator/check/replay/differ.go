package replay

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// difference names a field in which two records differ, such as "detail.to"; "" for none
// that could be found.
func difference(a, b []byte) string {
	var left, right map[string]json.RawMessage
	if json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil {
		both := maps.Clone(left)
		maps.Copy(both, right)
		for _, key := range slices.Sorted(maps.Keys(both)) {
			if !bytes.Equal(left[key], right[key]) {
				return under(key, difference(left[key], right[key]))
			}
		}
		return ""
	}
	var first, second []json.RawMessage
	if json.Unmarshal(a, &first) != nil || json.Unmarshal(b, &second) != nil {
		return ""
	}
	for i := range min(len(first), len(second)) {
		if !bytes.Equal(first[i], second[i]) {
			return under(strconv.Itoa(i), difference(first[i], second[i]))
		}
	}
	return ""
}

// under puts a key before a path.
func under(key, path string) string {
	if path == "" {
		return key
	}
	return key + "." + path
}
