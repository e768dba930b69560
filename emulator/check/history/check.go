package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/text"
)

// Check reports whether a message queue could have answered its clients so. It ends when
// the context does, or the Timeout; what was found until then counts.
//
// Each topic is looked at by itself, for a history is linearizable when its parts are
// (Herlihy and Wing, 1990, Theorem 1). An answer with topics becomes one about each of
// them, that it is there or is not; beyond that such answers are compared with each
// other, as topics stay in order of creation. That leaves out whether there was one
// moment for all that one of them shows.
func Check(ctx context.Context, h History, o Options) Report {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	c := &checking{history: &h}
	c.count()
	for _, name := range Names() {
		c.report.Verdicts = append(c.report.Verdicts, Verdict{Name: name, Witness: []Call{}})
	}
	topics := c.split()
	for _, t := range topics {
		c.topic(ctx, t)
	}
	if h.Vague {
		c.doubt()
	}
	c.report.How = c.how(len(topics))
	return c.report
}

// A checking is one Check.
type checking struct {
	history *History
	report  Report
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

// split gives the topics, ready to be searched.
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

// listed gives the longest of the answers with topics. All others must begin it.
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
				words: fmt.Sprintf("topics are in order of creation, so number %d of them cannot be %q and %q",
					k+1, Brief(topic), Brief(longest[k]))})
			return longest, false
		}
	}
	return longest, true
}

// topic checks a topic: by account first, as that says more clearly what is wrong.
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
			words: "what must have come before this request must have come after it, too"})
		return
	}
	if wrong := t.neverEmpty(); wrong != nil {
		c.charge(t, *wrong)
		return
	}
	t.arrange()
	f := t.explain(ctx, c.history.Vague)
	c.report.Ordered += f.ordered
	c.report.Searched += f.searched
	c.report.Windows += f.windows
	switch f.found {
	case impossible:
		var acts []int32
		for i := f.from; i < f.to; i++ {
			acts = append(acts, int32(i))
		}
		c.charge(t, charge{check: Linearizable, acts: acts[max(0, len(acts)-maxWitness):],
			words: "there is no order of these requests in which a queue would have answered so"})
	case undecided:
		if v := c.report.Verdict(Linearizable); v.State == Held {
			v.State, v.Topic, v.Words = Open, t.name, f.why
		}
	}
}

// maxWitness is how many requests a witness has at most.
const maxWitness = 64

// charge has a verdict be that the queue is to blame, unless it is that already.
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

// doubt takes back what another Start might explain.
func (c *checking) doubt() {
	for i := range c.report.Verdicts {
		if v := &c.report.Verdicts[i]; v.State == Violated {
			v.State = Open
			v.Words += ", if the queue was as it seems to have been before the first request that is held"
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
