package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/text"
)

// Check reports whether a message queue could have given its clients these answers. It ends
// when the context does, or at the Timeout; findings up to then count.
//
// Check treats each topic by itself, because a history is linearizable when its parts are
// (Herlihy and Wing, 1990, Theorem 1). It splits an answer with topics into one for each
// topic, which says whether that topic exists. It also compares such answers with each
// other, because topics stay in order of creation. It does not check that a single moment
// explains everything that one such answer shows.
func Check(ctx context.Context, h History, o Options) Report {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	c := &checking{history: &h, window: cmp.Or(o.window, minWindow), methods: make([]method, len(h.Calls))}
	c.count()
	for _, name := range Names() {
		c.report.Verdicts = append(c.report.Verdicts, Verdict{Name: name, Witness: []Call{}})
	}
	topics := c.split()
	for _, t := range topics {
		c.topic(ctx, t)
	}
	for _, m := range c.methods {
		switch m {
		case byOrder:
			c.report.Ordered++
		case bySearch:
			c.report.Searched++
		}
	}
	if h.Vague {
		c.doubt()
	}
	c.report.How = c.how(len(topics))
	return c.report
}

// A checking is the state of one Check.
type checking struct {
	history *History
	report  Report
	methods []method // by call
	window  int      // of Options
}

// A method says how a request was explained.
type method uint8

const (
	notNeeded method = iota // it makes no difference to any topic
	byOrder                 // by the order of the log, in all its topics
	bySearch                // by a search, in one of its topics or more
)

// tally counts the requests of a topic that were explained. A request about several topics
// counts once.
func (c *checking) tally(t *topic, f *finding) {
	c.report.Windows += f.windows
	for i := range f.cuts {
		w := &f.cuts[i]
		method := byOrder
		if w.searched {
			method = bySearch
		}
		for k := w.first; k < w.end; k++ {
			op := t.acts[k].op
			if c.history.Calls[op].Client != NoClient {
				c.methods[op] = max(c.methods[op], method)
			}
		}
	}
}

func (c *checking) count() {
	r := &c.report
	for i := range c.history.Calls {
		o := &c.history.Calls[i]
		if o.Client == NoClient {
			continue
		}
		r.Requests++
		switch o.Outcome {
		case Done:
			r.Done++
		case Refused:
			r.Refused++
		case Failed:
			r.Failed++
		default:
			r.Unknown++
		}
	}
}

// split returns the topics, ready for the search.
func (c *checking) split() []*topic {
	longest, agree := c.listed()
	topics := c.history.split(longest)
	index := make(map[string]int, len(longest))
	for i, name := range longest {
		index[name] = i + 1
	}
	for _, t := range topics {
		place := index[t.name]
		for i := range c.history.Calls {
			if o := &c.history.Calls[i]; agree && o.listsTopics() {
				t.look(o, int32(i), place > 0 && place <= len(o.Result.List))
			}
		}
		t.prepare()
	}
	return topics
}

func (o *Call) listsTopics() bool {
	return o.Command.Is(getTopics) && o.Outcome == Done && o.Result.OK
}

// listed returns the longest of the answers with topics. All others must be a prefix of it.
func (c *checking) listed() (longest []string, agree bool) {
	at := -1
	for i := range c.history.Calls {
		if o := &c.history.Calls[i]; o.listsTopics() && (at < 0 || len(o.Result.List) > len(longest)) {
			at, longest = i, o.Result.List
		}
	}
	for i := range c.history.Calls {
		o := &c.history.Calls[i]
		if !o.listsTopics() {
			continue
		}
		for k, topic := range o.Result.List {
			if topic == longest[k] {
				continue
			}
			c.charge(nil, charge{check: Linearizable, calls: []int32{int32(at), int32(i)},
				words: fmt.Sprintf("answers list topics in order of creation, but topic %d is %q in one answer and %q in another",
					k+1, Brief(topic), Brief(longest[k]))})
			return longest, false
		}
	}
	return longest, true
}

// topic checks a topic, first by account, which explains a violation more clearly.
func (c *checking) topic(ctx context.Context, t *topic) {
	charges := t.account()
	for _, wrong := range charges {
		c.charge(t, wrong)
		wrong.check = Linearizable
		c.charge(t, wrong)
	}
	if len(charges) > 0 {
		return
	}
	t.narrow()
	if t.absurd >= 0 {
		c.charge(t, charge{check: Linearizable, acts: []int32{int32(t.absurd)},
			words: "the other answers leave no moment at which this request can have taken effect"})
		return
	}
	if wrong := t.neverEmpty(); wrong != nil {
		c.charge(t, *wrong)
		return
	}
	t.arrange()
	f := t.explain(ctx, c.history.Vague, c.window)
	c.tally(t, &f)
	switch f.found {
	case impossible:
		var acts []int32
		for i := f.from; i < f.to; i++ {
			acts = append(acts, int32(i))
		}
		c.charge(t, charge{check: Linearizable, acts: acts[max(0, len(acts)-maxWitness):],
			words: "no order of these requests explains the answers"})
	case undecided:
		if v := c.report.Verdict(Linearizable); v.State == Held {
			v.State, v.Topic, v.Words = Open, t.name, f.why
		}
	}
}

// maxWitness is the greatest number of requests in a witness.
const maxWitness = 64

// charge turns a verdict into a violation, unless it is one already.
func (c *checking) charge(t *topic, wrong charge) {
	v := c.report.Verdict(wrong.check)
	if v.State == Violated {
		return
	}
	v.State, v.Words, v.Message = Violated, wrong.words, wrong.message
	ops := slices.Clone(wrong.calls)
	if t != nil {
		v.Topic = t.name
		for _, i := range wrong.acts {
			if i >= 0 {
				ops = append(ops, t.acts[i].op)
			}
		}
	}
	v.Witness = []Call{}
	for _, i := range ops[:min(len(ops), maxWitness)] {
		v.Witness = append(v.Witness, c.history.Calls[i])
	}
	slices.SortStableFunc(v.Witness, func(a, b Call) int { return cmp.Compare(a.Call, b.Call) })
}

// doubt withdraws violations that a different Start might explain.
func (c *checking) doubt() {
	for i := range c.report.Verdicts {
		if v := &c.report.Verdicts[i]; v.State == Violated {
			v.State = Open
			v.Words += ", unless requests before the first one held left the queue in a different state"
		}
	}
}

func (c *checking) how(topics int) string {
	r := &c.report
	how := fmt.Sprintf("%s on %s", text.Count(r.Requests, "request"), text.Count(topics, "topic"))
	if r.Ordered > 0 {
		how += fmt.Sprintf("; %d explained by the order of the log", r.Ordered)
	}
	if r.Searched > 0 {
		how += fmt.Sprintf("; %d searched in %s", r.Searched, text.Count(r.Windows, "window"))
	}
	return how
}
