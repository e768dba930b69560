package explain

import "rrmq.example/emulator/raft"

// A log is what the records show of a node's log: the terms of its entries.
type log struct {
	base  raft.Index // of the entries up to it nothing is known
	terms []raft.Term
	by    []uint64 // the records that put the entries there
}

// has is whether a log has an entry.
type has uint8

const (
	unknown has = iota
	yes
	no
)

func (l *log) last() raft.Index { return l.base + raft.Index(len(l.terms)) }

// term returns the term of the entry at i, which must be in the log, if it is known.
func (l *log) term(i raft.Index) (raft.Term, bool) {
	switch {
	case i == 0:
		return 0, true
	case i <= l.base || i > l.last():
		return 0, false
	}
	return l.terms[i-l.base-1], true
}

// matches reports whether the log has an entry of term t at i.
func (l *log) matches(i raft.Index, t raft.Term) has {
	if i > l.last() {
		return no
	}
	own, ok := l.term(i)
	switch {
	case !ok:
		return unknown
	case own == t:
		return yes
	}
	return no
}

// source returns the record that put the entry at i there; 0 if that is unknown.
func (l *log) source(i raft.Index) uint64 {
	if i <= l.base || i > l.last() {
		return 0
	}
	return l.by[i-l.base-1]
}

// cut removes the entries behind i.
func (l *log) cut(i raft.Index) {
	if i >= l.last() {
		return
	}
	l.base = min(l.base, i)
	l.terms, l.by = l.terms[:i-l.base], l.by[:i-l.base]
}

// push appends entries.
func (l *log) push(by uint64, entries ...raft.Entry) {
	for i := range entries {
		l.terms, l.by = append(l.terms, entries[i].Term), append(l.by, by)
	}
}

// settle makes sure that the log ends as a node's state says. If it does not, only its last
// entry is known.
func (l *log) settle(s *raft.State) {
	if t, ok := l.term(l.last()); l.last() == s.LastIndex && (!ok || t == s.LastTerm) && (ok || s.LastIndex == 0) {
		return
	}
	*l = log{base: s.LastIndex, terms: l.terms[:0], by: l.by[:0]}
	if s.LastIndex > 0 {
		l.base--
		l.push(0, raft.Entry{Term: s.LastTerm})
	}
}
