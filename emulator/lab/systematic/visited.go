package systematic

// A visited is a set of fingerprints: a hash table with open addressing, of 8 bytes a
// place.
type visited struct {
	places []uint64 // 0: free
	n      int
}

// add adds a fingerprint and reports whether it is new.
func (v *visited) add(f uint64) bool {
	if 4*v.n >= 3*len(v.places) {
		v.grow()
	}
	if !v.put(f) {
		return false
	}
	v.n++
	return true
}

func (v *visited) put(f uint64) bool {
	mask := uint64(len(v.places) - 1)
	// The upper half: the lower bits choose the shard.
	for at := f >> 32 & mask; ; at = (at + 1) & mask {
		switch v.places[at] {
		case f:
			return false
		case 0:
			v.places[at] = f
			return true
		}
	}
}

func (v *visited) grow() {
	old := v.places
	v.places = make([]uint64, max(2*len(old), 1<<10))
	for _, f := range old {
		if f != 0 {
			v.put(f)
		}
	}
}
