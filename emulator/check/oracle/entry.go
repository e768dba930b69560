package oracle

// An entry is a place in a log, with the entry that stands there. It knows the
// one before it, so a pointer to the last entry is a whole log:
//
//	          ┌─ 2 y ─ 3 z      a log 1 1 2 3
//	root ─ 1 x ─ 1 x            a log 1 1
//	                └─ 4 w      a log 1 1 4
//
// All servers' logs, what is on their disks and what messages carry are paths in
// one tree, and no entry is in it twice: (before, term, value) is one entry. So
// the Log Matching Property is that two pointers are equal, a crash takes an old
// pointer up again, and servers that agree share their memory.
type entry struct {
	parent *entry
	// jump is some entry further back, such that any place before this one is found
	// in logarithmic time.
	jump           *entry
	child, sibling *entry // the first that follows, and the next that follows the same parent
	index, term    uint64
	value          any
	result         result
}

// at gives the entry at an index of the log that ends with e, nil when it ends
// before.
func (e *entry) at(i uint64) *entry {
	if i > e.index {
		return nil
	}
	for e.index > i {
		if e.jump.index >= i {
			e = e.jump
		} else {
			e = e.parent
		}
	}
	return e
}

// holds tells whether f is in the log that ends with e.
func (e *entry) holds(f *entry) bool { return e == f || e.at(f.index) == f }

// chunk is the number of entries that are allocated at once.
const chunk = 128

// A tree is where entries are.
type tree struct {
	root   *entry
	memory [][]entry
	used   int
	read   func(any) Command
}

// clear empties the tree and keeps its memory.
func (t *tree) clear(read func(any) Command) {
	t.used, t.read = 0, read
	t.root = t.allocate()
	*t.root = entry{jump: t.root}
}

func (t *tree) allocate() *entry {
	at := t.used / chunk
	if at == len(t.memory) {
		t.memory = append(t.memory, make([]entry, chunk))
	}
	t.used++
	return &t.memory[at][(t.used-1)%chunk]
}

// after gives the entry of a term and value that follows parent.
func (t *tree) after(parent *entry, term uint64, value any) *entry {
	for e := parent.child; e != nil; e = e.sibling {
		if e.term == term && t.same(e.value, value) {
			return e
		}
	}
	e := t.allocate()
	*e = entry{parent: parent, jump: parent, sibling: parent.child, index: parent.index + 1, term: term, value: value}
	// Jumps of equal length are put together to one of twice the length.
	if j := parent.jump; parent.index-j.index == j.index-j.jump.index {
		e.jump = j.jump
	}
	parent.child = e
	return e
}

// grow gives the last of entries that follow parent.
func (t *tree) grow(parent *entry, entries []Entry) *entry {
	for i := range entries {
		parent = t.after(parent, entries[i].Term, entries[i].Value)
	}
	return parent
}

// same tells whether two values are the same command.
func (t *tree) same(a, b any) bool { return a == b || t.read(a) == t.read(b) }

// ends tells whether the log that ends with e ends with these entries.
func (t *tree) ends(e *entry, entries []Entry) bool {
	if uint64(len(entries)) > e.index {
		return false
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Term != e.term || !t.same(entries[i].Value, e.value) {
			return false
		}
		e = e.parent
	}
	return true
}
