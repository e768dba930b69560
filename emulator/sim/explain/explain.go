package explain

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// Errors of Explain.
var (
	// ErrGone: the record is older than those that are kept.
	ErrGone = errors.New("the record is no longer kept")
	// ErrAhead: the run has no such record yet.
	ErrAhead = errors.New("the run has not got that far")
)

// An Explanation says why an event happened.
type Explanation struct {
	Seq    uint64        `json:"seq" doc:"the record that is explained; for now, the newest one"`
	TimeNS time.Duration `json:"time_ns" minimum:"0" doc:"the cluster's time, counted from its start"`
	Node   *raft.NodeID  `json:"node" doc:"the node of the event; null: the whole cluster"`
	Event  string        `json:"event" doc:"the kind of the record; Now for what the cluster waits for"`
	Text   string        `json:"text" doc:"what happened, and why"`
	// Section is that of the rule that decided.
	Section string  `json:"section" doc:"the section of the Raft paper with the rule; empty: not a matter of Raft"`
	Values  []Value `json:"values" doc:"the values that decided"`
	Broken  string  `json:"broken,omitempty" doc:"the rule of the paper that the node broke"`
	Missing string  `json:"missing,omitempty" doc:"why the explanation is not complete"`
	Steps   []Step  `json:"steps" doc:"the records that led to it, the oldest first"`
}

// A Value is one that a rule compares.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Step is a record that helped to cause the event.
type Step struct {
	Seq    uint64        `json:"seq"`
	Node   *raft.NodeID  `json:"node" doc:"null: the whole cluster"`
	Text   string        `json:"text"`
	TimeNS time.Duration `json:"time_ns" minimum:"0"`
}

// MaxSteps is the largest number of steps of an explanation.
const MaxSteps = 12

// An Explainer explains the records of a run.
type Explainer struct {
	records []trace.Record
	nodes   int
	full    bool // the records have what format 3 has
	inside  bool // they show what nodes do, which those of programs that others wrote do not
}

// New returns an explainer of these records, which are in order. nodes is the size of the
// cluster; 0 takes it from the records.
func New(records []trace.Record, nodes int) *Explainer {
	e := &Explainer{records: records, nodes: nodes}
	most := 0
	for i := range records {
		r := &records[i]
		e.full = e.full || r.Kind == trace.SetTimer || r.Extra != trace.Extra{}
		e.inside = e.inside || r.Kind <= trace.Init
		most = max(most, int(r.Node)+1)
		if r.Kind.HasMessage() {
			most = max(most, int(r.Message.From)+1, int(r.Message.To)+1)
		}
	}
	e.nodes = max(e.nodes, most)
	return e
}

// First and Last are the seqs of the oldest and the newest record; 0 without records.
func (e *Explainer) First() uint64 {
	if len(e.records) == 0 {
		return 0
	}
	return e.records[0].Seq
}

// Last is the seq of the newest record.
func (e *Explainer) Last() uint64 {
	if len(e.records) == 0 {
		return 0
	}
	return e.records[len(e.records)-1].Seq
}

// Explain explains the record with this seq. Its error wraps ErrGone or ErrAhead.
func (e *Explainer) Explain(seq uint64) (Explanation, error) {
	switch {
	case seq > e.Last():
		return Explanation{}, fmt.Errorf("%w: seq %d, and the newest record is %d", ErrAhead, seq, e.Last())
	case seq < e.First() || e.find(seq) == nil:
		return Explanation{}, fmt.Errorf("%w: seq %d, and the oldest one kept is %d", ErrGone, seq, e.First())
	}
	return e.Each([]uint64{seq})[0], nil
}

// Each explains several records, of which it passes over those that are not there.
func (e *Explainer) Each(seqs []uint64) []Explanation {
	seqs = slices.Clone(seqs)
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	var all []Explanation
	w := newWalk(e)
	for w.at = range e.records {
		r := &e.records[w.at]
		for len(seqs) > 0 && seqs[0] < r.Seq {
			seqs = seqs[1:]
		}
		if len(seqs) == 0 {
			break
		}
		broken := w.judge(r)
		if seqs[0] == r.Seq {
			all = append(all, w.tell(r, broken))
		}
		w.follow(r)
	}
	return all
}

// Broken returns the seqs of the first records, at most this many, in which a node broke a rule.
func (e *Explainer) Broken(most int) []uint64 {
	var seqs []uint64
	w := newWalk(e)
	for w.at = range e.records {
		r := &e.records[w.at]
		if w.judge(r) != nil {
			if seqs = append(seqs, r.Seq); len(seqs) >= most {
				break
			}
		}
		w.follow(r)
	}
	return seqs
}

// find returns the record with this seq, or nil.
func (e *Explainer) find(seq uint64) *trace.Record {
	if len(e.records) == 0 || seq < e.First() {
		return nil
	}
	// Without gaps, it stands at its distance from the first.
	if at := seq - e.First(); at < uint64(len(e.records)) && e.records[at].Seq == seq {
		return &e.records[at]
	}
	i := sort.Search(len(e.records), func(i int) bool { return e.records[i].Seq >= seq })
	if i < len(e.records) && e.records[i].Seq == seq {
		return &e.records[i]
	}
	return nil
}

// majority is the number of nodes that decide.
func (e *Explainer) majority() int { return e.nodes/2 + 1 }

// A telling is an explanation that is being written.
type telling struct {
	*walk
	r       *trace.Record
	broken  *rule // by the record
	out     Explanation
	because []uint64 // records that led to it, beside the causes
	calm    bool     // nothing keeps the cluster from its work
	partial bool     // it needed something that the records do not show
}

// tell explains a record before which the walk stands.
func (w *walk) tell(r *trace.Record, broken *rule) Explanation {
	t := &telling{walk: w, r: r, broken: broken}
	t.out = Explanation{Seq: r.Seq, TimeNS: r.Time, Node: nodeOf(r), Event: r.Kind.String()}
	t.event()
	if t.out.Text == "" {
		t.say("", "%s", r.Sentence())
	}
	if broken != nil {
		t.out.Section, t.out.Broken = broken.section, broken.says
	}
	if r.Cause != 0 && w.find(r.Cause) == nil {
		t.partial = true
	}
	t.finish(r.Cause)
	return t.out
}

// finish adds the steps, and says what is missing.
func (t *telling) finish(cause uint64) {
	t.out.Steps = t.steps(cause)
	if t.out.Values == nil {
		t.out.Values = []Value{}
	}
	switch {
	case !t.partial:
	case t.First() > 1:
		t.out.Missing = fmt.Sprintf("The records before %d are not here any more, so that not all of the reasons are known.", t.First())
	case !t.full:
		t.out.Missing = "The trace has an older format, which does not record everything that a node did."
	default:
		t.out.Missing = "The records do not show all of the reasons."
	}
}

// say sets the text and the section.
func (t *telling) say(section, format string, args ...any) {
	t.out.Section, t.out.Text = section, sentence(fmt.Sprintf(format, args...))
}

// add appends a sentence.
func (t *telling) add(format string, args ...any) {
	t.out.Text += " " + sentence(fmt.Sprintf(format, args...))
}

// value appends a value.
func (t *telling) value(name, format string, args ...any) {
	t.out.Values = append(t.out.Values, Value{name, fmt.Sprintf(format, args...)})
}

// since names records that led to it, and passes over 0.
func (t *telling) since(seqs ...uint64) { t.because = append(t.because, seqs...) }

// steps returns the records that led to the event: those named, then the causes of the causes
// up to the election of the leader, as long as there is room.
func (t *telling) steps(cause uint64) []Step {
	var list []*trace.Record
	add := func(seq uint64) {
		r := t.find(seq)
		if r != nil && (t.r == nil || r.Seq < t.r.Seq) && len(list) < MaxSteps && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	for _, seq := range t.because {
		add(seq)
	}
	answered := t.r != nil && t.r.Kind == trace.Reply
	for cause != 0 && len(list) < MaxSteps {
		r := t.find(cause)
		if r == nil {
			break
		}
		if !answered { // the answer says what its handling did
			add(cause)
		}
		if r.Kind == trace.Kind(raft.BecomeLeader) && len(list) > 1 {
			break
		}
		answered = r.Kind == trace.Reply
		cause = r.Cause
	}
	slices.SortFunc(list, func(a, b *trace.Record) int { return int(int64(a.Seq) - int64(b.Seq)) })
	steps := make([]Step, len(list))
	for i, r := range list {
		steps[i] = Step{r.Seq, nodeOf(r), sentence(r.Sentence()), r.Time}
	}
	return steps
}

func nodeOf(r *trace.Record) *raft.NodeID {
	if r.Node == raft.None {
		return nil
	}
	id := r.Node
	return &id
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if c := s[0]; c >= 'a' && c <= 'z' {
		s = string(c-'a'+'A') + s[1:]
	}
	if last := s[len(s)-1]; last != '.' && last != '?' && last != '!' {
		s += "."
	}
	return s
}
