package page

import (
	"slices"
	"strconv"
	"strings"
)

// A preference is an item of Accept or Accept-Encoding.
type preference struct {
	value   string
	quality float64 // from 0, never, to 1
}

// readList reads the items of a header. An item whose quality cannot be read has none.
func readList(lines []string) []preference {
	var all []preference
	for _, item := range strings.Split(strings.Join(lines, ","), ",") {
		value, params, _ := strings.Cut(item, ";")
		if value = strings.TrimSpace(value); value == "" {
			continue
		}
		p := preference{value, 1}
		for _, param := range strings.Split(params, ";") {
			key, number, _ := strings.Cut(param, "=")
			if !strings.EqualFold(strings.TrimSpace(key), "q") {
				continue
			}
			q, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if err != nil || !(q >= 0 && q <= 1) {
				q = 0
			}
			p.quality = q
		}
		all = append(all, p)
	}
	return all
}

// Choose returns the media type that a request's Accept wants most, out of those that there
// are, such as "text/html". Of equals it is the one that is named most exactly, then the
// one named first, then the first that there is. The first one also answers a request that
// wants none of them.
func Choose(accept []string, there ...string) string {
	list := readList(accept)
	best, most := there[0], wish{}
	for _, t := range there {
		if w := wishFor(list, t); w.quality > 0 && w.above(most) {
			best, most = t, w
		}
	}
	return best
}

// A wish is how much a client wants a media type.
type wish struct {
	quality float64
	exact   int // 1: */*, 2: text/*, 3: the type itself
	place   int // in the header
}

// wishFor finds the item of Accept that names a type most exactly, which decides.
func wishFor(list []preference, mediaType string) wish {
	family, _, _ := strings.Cut(mediaType, "/")
	patterns := []string{"*/*", family + "/*", mediaType}
	var found wish
	for place, p := range list {
		exact := 1 + slices.Index(patterns, strings.ToLower(p.value))
		if exact > found.exact {
			found = wish{p.quality, exact, place}
		}
	}
	return found
}

func (w wish) above(other wish) bool {
	switch {
	case w.quality != other.quality:
		return w.quality > other.quality
	case w.exact != other.exact:
		return w.exact > other.exact
	}
	return w.place < other.place
}
