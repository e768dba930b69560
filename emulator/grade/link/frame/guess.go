package frame

import "bytes"

// A Guess says whether the first bytes of a message are HTTP/1.
type Guess uint8

// The guesses.
const (
	Unsure Guess = iota // more bytes are needed
	HTTP
	Other
)

const (
	maxMethod = 20      // the longest method: UPDATEREDIRECTREF has 17 letters
	maxLine   = 1 << 14 // of a request line or a status line
	// MaxHead is the length of the longest head.
	MaxHead = 1 << 16
)

// GuessRequest says whether b begins a request.
func GuessRequest(b []byte) Guess {
	space := 0
	for ; space < len(b) && b[space] != ' '; space++ {
		if c := b[space]; (c < 'A' || c > 'Z') && c != '-' || space >= maxMethod {
			return Other
		}
	}
	if space == len(b) {
		return Unsure
	}
	if space == 0 {
		return Other
	}
	line, whole := firstLine(b)
	for _, c := range line[space+1:] {
		if c < ' ' || c == 0x7f {
			return Other
		}
	}
	if !whole {
		return unsureUpTo(line)
	}
	if _, _, ok := splitRequestLine(line); !ok {
		return Other
	}
	return HTTP
}

// GuessAnswer says whether b begins an answer.
func GuessAnswer(b []byte) Guess {
	const start = "HTTP/1."
	if k := min(len(b), len(start)); string(b[:k]) != start[:k] {
		return Other
	}
	line, whole := firstLine(b)
	if !whole {
		return unsureUpTo(line)
	}
	if _, ok := parseStatusLine(line); !ok {
		return Other
	}
	return HTTP
}

func unsureUpTo(line []byte) Guess {
	if len(line) > maxLine {
		return Other
	}
	return Unsure
}

// firstLine returns the first line, without its end, and whether it is whole.
func firstLine(b []byte) (line []byte, whole bool) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return bytes.TrimSuffix(b, []byte{'\r'}), false
	}
	return bytes.TrimSuffix(b[:i], []byte{'\r'}), true
}

// splitRequestLine returns the method and the target of a request line.
func splitRequestLine(line []byte) (method, target []byte, ok bool) {
	method, rest, ok := bytes.Cut(line, []byte{' '})
	if !ok || len(method) == 0 {
		return nil, nil, false
	}
	target, version, ok := bytes.Cut(rest, []byte{' '})
	if !ok || len(target) == 0 || !isVersion(version) {
		return nil, nil, false
	}
	return method, target, true
}

// parseStatusLine returns the status of a status line.
func parseStatusLine(line []byte) (status int, ok bool) {
	version, rest, _ := bytes.Cut(line, []byte{' '})
	if !isVersion(version) || len(rest) < 3 || len(rest) > 3 && rest[3] != ' ' {
		return 0, false
	}
	for _, c := range rest[:3] {
		if c < '0' || c > '9' {
			return 0, false
		}
		status = 10*status + int(c-'0')
	}
	return status, status >= 100
}

func isVersion(b []byte) bool { return string(b) == "HTTP/1.1" || string(b) == "HTTP/1.0" }

// HeadEnd returns the position behind the empty line that ends a head, or -1. Only bytes from
// position from on are new since the last call.
func HeadEnd(b []byte, from int) int {
	for i := max(0, from-3); ; {
		k := bytes.IndexByte(b[i:], '\n')
		if k < 0 {
			return -1
		}
		i += k + 1
		switch {
		case i < len(b) && b[i] == '\n':
			return i + 1
		case i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n':
			return i + 2
		}
	}
}
