package frame

import "bytes"

// form says how a body ends.
type form uint8

const (
	none       form = iota // there is no body
	counted                // after a number of bytes
	chunked                // after the last chunk and its trailer
	untilClose             // with the connection
)

// A Body finds the end of a message's body. The zero value is that of a message without one.
type Body struct {
	form  form
	left  uint64 // of a counted body, or of a chunk
	state chunkState
	line  int  // bytes of the present line, or of the trailer
	digit bool // the size of the chunk has a digit
}

// Empty reports whether there is no body.
func (b *Body) Empty() bool { return b.form == none }

// Endless reports whether the body ends with the connection.
func (b *Body) Endless() bool { return b.form == untilClose }

// Fits reports whether the rest of the body may have at most max bytes.
func (b *Body) Fits(max int) bool {
	return b.form == none || b.form == chunked || b.form == counted && b.left <= uint64(max)
}

// Chunked reports whether the body comes in chunks.
func (b *Body) Chunked() bool { return b.form == chunked }

// Feed takes the next bytes. It returns the number of bytes that belong to the body, and
// whether the body ends with them. It is not ok if the bytes break the format.
func (b *Body) Feed(p []byte) (n int, done, ok bool) {
	switch b.form {
	case none:
		return 0, true, true
	case untilClose:
		return len(p), false, true
	case counted:
		n = int(min(uint64(len(p)), b.left))
		b.left -= uint64(n)
		return n, b.left == 0, true
	}
	return b.feedChunks(p)
}

type chunkState uint8

const (
	sizeLine chunkState = iota
	extension
	data
	dataEnd // the line's end behind the data of a chunk
	trailerStart
	trailer
	ended
)

const maxSize = 1 << 48 // bytes of a chunk

func (b *Body) feedChunks(p []byte) (n int, done, ok bool) {
	for n < len(p) {
		if b.state == data {
			k := int(min(uint64(len(p)-n), b.left))
			n += k
			if b.left -= uint64(k); b.left == 0 {
				b.state = dataEnd
			}
			continue
		}
		c := p[n]
		n++
		if b.line++; b.line > maxLine {
			return n, false, false
		}
		if !b.take(c) {
			return n, false, false
		}
		if b.state == ended {
			return n, true, true
		}
	}
	return n, false, true
}

// take takes a byte that is not data of a chunk.
func (b *Body) take(c byte) (ok bool) {
	switch b.state {
	case sizeLine:
		return b.takeSize(c)
	case extension:
		if c == '\n' {
			b.startChunk()
		}
	case dataEnd:
		if c == '\n' {
			b.state, b.line, b.digit = sizeLine, 0, false
		} else if c != '\r' || b.line > 1 {
			return false
		}
	case trailerStart:
		if c == '\n' {
			b.state = ended
		} else if c != '\r' {
			b.state = trailer
		}
	case trailer:
		if c == '\n' {
			b.state = trailerStart
		}
	}
	return true
}

func (b *Body) takeSize(c byte) (ok bool) {
	if v, hex := unhex(c); hex {
		b.left, b.digit = b.left<<4|uint64(v), true
		return b.left <= maxSize
	}
	if !b.digit {
		return false
	}
	switch c {
	case '\n':
		b.startChunk()
	case ';', ' ', '\t', '\r':
		b.state = extension
	default:
		return false
	}
	return true
}

// startChunk ends the line with the size of a chunk.
func (b *Body) startChunk() {
	b.line = 0
	if b.state = data; b.left == 0 {
		b.state = trailerStart
	}
}

func unhex(c byte) (v byte, ok bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// Dechunk returns the data of a whole chunked body.
func Dechunk(p []byte) []byte {
	b := Body{form: chunked}
	out := make([]byte, 0, len(p))
	for len(p) > 0 {
		if b.state == data {
			k := int(min(uint64(len(p)), b.left))
			out = append(out, p[:k]...)
		}
		// Up to the end of the data or of the line.
		k := len(p)
		if b.state == data {
			k = int(min(uint64(k), b.left))
		} else if i := bytes.IndexByte(p, '\n'); i >= 0 {
			k = i + 1
		}
		n, done, ok := b.feedChunks(p[:k])
		if done || !ok {
			return out
		}
		p = p[n:]
	}
	return out
}
