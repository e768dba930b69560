package wire

import (
	"fmt"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// maxNumber bounds terms and indices from outside. Beyond 2^53 not every JSON
// reader can tell two integers apart, and elections go on from any term.
const maxNumber = 1 << 52

// Check says why no Raft node could send a request, or returns nil. Terms and
// indices are at most 2^52; only index 0 has term 0; and terms never decrease
// from prevLogTerm over the entries to the request's own, which no log runs
// ahead of. The texts of commands keep their bounds. An error names the place by its JSON Pointer.
func Check(m raft.Message) error {
	if m.Type == raft.RequestVoteRequest {
		return checkPlace("lastLog", m.Term, m.LastLogIndex, m.LastLogTerm)
	}
	if err := checkPlace("prevLog", m.Term, m.PrevLogIndex, m.PrevLogTerm); err != nil {
		return err
	}
	if m.LeaderCommit > maxNumber {
		return tooHigh("leaderCommit")
	}
	term := m.PrevLogTerm
	for i, e := range m.Entries {
		if e.Term < max(term, 1) || e.Term > m.Term {
			return fmt.Errorf("/dict/entries/%d/term is %d, want from %d, as in the entry before, to %d, the request's",
				i, e.Term, max(term, 1), m.Term)
		}
		term = e.Term
	}
	if err := checkTexts(m.Entries); err != nil {
		return err
	}
	if n := len(m.Entries); n > 0 && m.PrevLogIndex+raft.Index(n) > maxNumber {
		return tooHigh(fmt.Sprintf("entries/%d/index", n-1))
	}
	return nil
}

// checkTexts checks the texts of commands.
func checkTexts(entries []raft.Entry) error {
	for i, e := range entries {
		if c, ok := e.Command.(*machine.Command); ok {
			if key, wrong := c.Wrong(); wrong != "" {
				return fmt.Errorf("/dict/entries/%d/command/body/%s %s", i, key, wrong)
			}
		}
	}
	return nil
}

// checkPlace checks the request's term and the place of the last or previous
// log entry.
func checkPlace(name string, most raft.Term, index raft.Index, term raft.Term) error {
	switch {
	case most > maxNumber:
		return tooHigh("term")
	case index > maxNumber:
		return tooHigh(name + "Index")
	case term > maxNumber:
		return tooHigh(name + "Term")
	case (index == 0) != (term == 0):
		return fmt.Errorf("/dict/%sIndex is %d and %[1]sTerm %[3]d, but index 0 has term 0 and every other a higher one", name, index, term)
	case term > most:
		return fmt.Errorf("/dict/%sTerm is %d, want at most the request's term %d", name, term, most)
	}
	return nil
}

func tooHigh(key string) error {
	return fmt.Errorf("/dict/%s is too high, want at most %d", key, uint64(maxNumber))
}
