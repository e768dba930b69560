package condition

import (
	"fmt"
	"strconv"
	"strings"

	"rrmq.example/emulator/raft"
)

// Bounds of log=TERMS and commands=COMMANDS.
const (
	maxEntries = 1_000_000
	maxTerm    = 1<<53 - 1
)

// A run is a number of consecutive entries of one term.
type run struct {
	term  raft.Term
	count raft.Index
}

// terms is log=[NODES:]TERMS.
type terms struct {
	selection
	runs []run
}

func readTerms(value string) (predicate, string) {
	sel, text, wrong := readPrefix(value)
	if wrong != "" {
		return nil, wrong
	}
	if strings.TrimSpace(text) == "" {
		return nil, "there are no terms, a log without entries is empty"
	}
	runs, wrong := readRuns(text)
	if wrong != "" {
		return nil, wrong
	}
	return terms{sel, runs}, ""
}

// readRuns reads run-length terms, "1*3 4*2 6", or says what is wrong.
func readRuns(text string) (runs []run, wrong string) {
	if strings.TrimSpace(text) == empty {
		return nil, ""
	}
	total := uint64(0)
	for _, word := range strings.Fields(text) {
		term, times, repeated := strings.Cut(word, "*")
		t, err := strconv.ParseUint(term, 10, 64)
		n := uint64(1)
		if repeated && err == nil {
			n, err = strconv.ParseUint(times, 10, 64)
		}
		switch {
		case err != nil || n == 0 || t > maxTerm:
			return nil, quote(word) + " is no TERM or TERM*COUNT"
		case n > maxEntries-total:
			return nil, fmt.Sprintf("it has over %d entries", maxEntries)
		}
		total += n
		if last := len(runs) - 1; last >= 0 && runs[last].term == raft.Term(t) {
			runs[last].count += raft.Index(n)
		} else {
			runs = append(runs, run{raft.Term(t), raft.Index(n)})
		}
	}
	return runs, ""
}

// formatRuns writes at most this many runs.
func formatRuns(runs []run, most int) string {
	if len(runs) == 0 {
		return empty
	}
	var words []string
	for k, r := range runs {
		if k == most {
			words = append(words, "...")
			break
		}
		w := strconv.FormatUint(uint64(r.term), 10)
		if r.count > 1 {
			w += fmt.Sprintf("*%d", r.count)
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// runsOf returns a log's terms.
func runsOf(log *raft.Log) []run {
	var runs []run
	for i := log.FirstIndex(); i <= log.LastIndex(); {
		part := log.Slice(i, log.LastIndex())
		for _, e := range part {
			if last := len(runs) - 1; last >= 0 && runs[last].term == e.Term {
				runs[last].count++
			} else {
				runs = append(runs, run{e.Term, 1})
			}
		}
		i += raft.Index(len(part))
	}
	return runs
}

func (t terms) String() string { return t.prefix() + formatRuns(t.runs, len(t.runs)) }

func (t terms) tester() tester {
	length := raft.Index(0)
	for _, r := range t.runs {
		length += r.count
	}
	return &exactLog{selection: t.selection, length: length, is: t.is, say: func(log *raft.Log) string {
		return formatRuns(runsOf(log), maxRunsShown)
	}}
}

const maxRunsShown = 20

// is reports whether a log of the right length has these terms.
func (t terms) is(log *raft.Log) bool {
	i := log.FirstIndex()
	for _, r := range t.runs {
		for range r.count {
			if !log.Matches(i, r.term) {
				return false
			}
			i++
		}
	}
	return true
}

// An exactLog compares logs with a given one.
type exactLog struct {
	selection
	length raft.Index
	is     func(log *raft.Log) bool
	say    func(log *raft.Log) string
	known  []comparison // by node id
}

// A comparison is the result for a log of the right length.
type comparison struct {
	log      *raft.Log
	rewrites uint64
	is       bool
}

func (e *exactLog) holds(s *clusterView) bool {
	return e.each(s, func(id raft.NodeID, state *raft.State, _ bool) bool {
		if state.LastIndex != e.length {
			return false
		}
		if len(e.known) != s.Nodes() {
			e.known = make([]comparison, s.Nodes())
		}
		log, known := s.log(id, state), &e.known[id]
		if known.log != log.Log || known.rewrites != log.rewrites {
			*known = comparison{log.Log, log.rewrites, e.is(log.Log)}
		}
		return known.is
	})
}

func (e *exactLog) seen(s *clusterView) string {
	return e.describe(s, func(who string, id raft.NodeID, state *raft.State, _ bool) string {
		if state.LastIndex == 0 {
			return who + " has an empty log"
		}
		return who + " has " + e.say(s.log(id, state).Log)
	})
}
