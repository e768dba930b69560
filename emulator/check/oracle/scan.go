package oracle

import "encoding/hex"

// id reads a UUID.
func (d *Decoder) id() (id ID) {
	w := d.word("")
	if len(w) != 36 {
		d.failed = true
		return
	}
	var digits [32]byte
	n := 0
	for i, c := range w {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			d.failed = d.failed || c != '-'
			continue
		}
		digits[n] = c
		n++
	}
	_, err := hex.Decode(id[:], digits[:])
	d.failed = d.failed || err != nil
	return
}

// expect reads s, which must come next.
func (d *Decoder) expect(s string) { d.failed = d.failed || !d.skip(s) }

// skip reads s if it comes next.
func (d *Decoder) skip(s string) bool {
	if len(d.in) < len(s) || string(d.in[:len(s)]) != s {
		return false
	}
	d.in = d.in[len(s):]
	return true
}

// number reads a number without sign and fraction, after its key.
func (d *Decoder) number(key string) (n uint64) {
	d.expect(key)
	k := 0
	for ; k < len(d.in) && k < 19 && d.in[k]-'0' < 10; k++ {
		n = 10*n + uint64(d.in[k]-'0')
	}
	if d.failed = d.failed || k == 0 || k == 19 || d.in[0] == '0' && k > 1; !d.failed {
		d.in = d.in[k:]
	}
	return n
}

// node reads a server's id or null, after its key.
func (d *Decoder) node(key string) int {
	d.expect(key)
	if d.skip("null") {
		return Nobody
	}
	return int(d.number(""))
}

func (d *Decoder) bool(key string) bool {
	d.expect(key)
	if d.skip("true") {
		return true
	}
	d.expect("false")
	return false
}

// word reads a string without escapes. The result is valid until the next line.
func (d *Decoder) word(key string) []byte {
	d.expect(key)
	d.expect(`"`)
	for k, c := range d.in {
		switch {
		case c == '"':
			w := d.in[:k]
			d.in = d.in[k+1:]
			return w
		case c == '\\' || c < ' ':
			d.failed = true
			return nil
		}
	}
	d.failed = true
	return nil
}

// name reads a string and keeps it: there are few different ones.
func (d *Decoder) name(key string) string {
	w := d.word(key)
	if s, ok := d.names[string(w)]; ok {
		return s
	}
	s := string(w)
	d.names[s] = s
	return s
}
