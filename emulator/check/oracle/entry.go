package oracle

// An entry points to the entry before it, so that a pointer to the last entry is a
// whole log:
//
//	          ┌─ 2 y ─ 3 z      a log 1 1 2 3
//	root ─ 1 x ─ 1 x            a log 1 1
//	                └─ 4 w      a log 1 1 4
//
// All logs, in servers, on disks and in messages, are paths in one tree. No entry is in
// it twice: there is one for each parent, term and value. So logs match when their
// pointers are equal, a crash goes back to an older pointer, and servers that agree share
// their memory.
type entry struct {
	parent *entry
	// jump is an entry further back, chosen so that at takes logarithmic time.
	jump           *entry
	child, sibling *entry // the first child, and the next child of the same parent
	index, term    uint64
	value          any
	result         result
}

// at returns the entry at an index of the log that ends with e, or nil when the log ends
// before it.
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

// holds reports whether f is in the log that ends with e.
func (e *entry) holds(f *entry) bool { return e == f || e.at(f.index) == f }

// chunk is the number of entries that are allocated at once.
const chunk = 128

// A tree holds all entries.
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

// after returns the entry of a term and value that follows parent.
func (t *tree) after(parent *entry, term uint64, value any) *entry {
	for e := parent.child; e != nil; e = e.sibling {
		if e.term == term && t.same(e.value, value) {
			return e
		}
	}
	e := t.allocate()
	*e = entry{parent: parent, jump: parent, sibling: parent.child, index: parent.index + 1, term: term, value: value}
	// Two jumps of equal length become one.
	if j := parent.jump; parent.index-j.index == j.index-j.jump.index {
		e.jump = j.jump
	}
	parent.child = e
	return e
}

// grow adds entries after parent and returns the last.
func (t *tree) grow(parent *entry, entries []Entry) *entry {
	for i := range entries {
		parent = t.after(parent, entries[i].Term, entries[i].Value)
	}
	return parent
}

// same reports whether two values are the same command.
func (t *tree) same(a, b any) bool { return a == b || t.read(a) == t.read(b) }

// ends reports whether these entries are the last of the log that ends with e.
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
