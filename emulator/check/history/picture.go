package history

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"

	"github.com/anishathalye/porcupine"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
)

// maxPicture is the greatest number of requests of a topic in a picture.
const maxPicture = 1500

// Picture draws a history as an HTML page, with the faults above it. It shows the topics
// for which no order explains the answers, or all topics if there are none. A topic begins
// at the last moment up to which an order explains all answers, and shows how far an order
// can be found.
func Picture(ctx context.Context, w io.Writer, h History, o Options) error {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	c := &checking{history: &h}
	c.count()
	c.report.Verdicts = []Verdict{{Name: Linearizable}}
	p := &picture{history: &h}
	var fine, wrong []panel
	for _, t := range c.split() {
		t.arrange()
		f := t.explain(ctx, h.Vague, minWindow)
		if f.found == explained {
			fine = append(fine, p.lastOf(t, &f))
		} else {
			wrong = append(wrong, panel{t, f.state, f.from, f.to})
		}
	}
	if len(wrong) == 0 {
		wrong = fine
	}
	for i := range wrong {
		p.show(&wrong[i])
	}
	model := p.model(ctx)
	_, info := porcupine.CheckOperationsVerbose(model, p.operations, 0)
	info.AddAnnotations(p.faults())
	var page bytes.Buffer
	if err := porcupine.Visualize(p.model(context.Background()), info, &page); err != nil {
		return err
	}
	_, err := w.Write(titled(page.Bytes(), o.Title))
	return err
}

// usualTitle is the title of every page of package porcupine.
const usualTitle = "<title>Porcupine</title>"

// titled gives a page a title. It still names what drew it, by which such pages are known.
func titled(page []byte, title string) []byte {
	if title == "" {
		return page
	}
	title = html.EscapeString(text.Clip(text.Printable(title), maxTitle))
	return bytes.Replace(page, []byte(usualTitle), []byte("<title>"+title+" (drawn by Porcupine)</title>"), 1)
}

// maxTitle bounds the title of a page, in characters.
const maxTitle = 200

// A panel is the visible part of a topic.
type panel struct {
	topic    *topic
	start    state
	from, to int // acts
}

// A picture is a page that is being drawn.
type picture struct {
	history     *History
	operations  []porcupine.Operation
	panels      int
	first, last int64
}

// A drawn act points to its panel. Without an act it stands for the topic's start.
type drawn struct {
	panel int
	topic *topic
	start *state
	act   *act
}

// lastOf returns the newest part of a topic that an order explains.
func (p *picture) lastOf(t *topic, f *finding) panel {
	shown := panel{t, t.start, 0, len(t.acts)}
	for i := len(f.cuts) - 1; i >= 0; i-- {
		if cut := &f.cuts[i]; len(t.acts)-cut.first <= maxPicture || i == len(f.cuts)-1 {
			shown.start, shown.from = cut.state, cut.first
		}
	}
	return shown
}

// show adds a topic to the picture.
func (p *picture) show(q *panel) {
	acts := q.topic.between(q.from, q.to, q.start)
	if len(acts) == 0 {
		return
	}
	acts = acts[:min(len(acts), maxPicture)]
	begin, done, clients := acts[0].call, acts[0].call, 0
	for _, a := range acts {
		begin, done = min(begin, a.call), max(done, a.call)
		if !a.lasting() {
			done = max(done, a.ret)
		}
		clients = max(clients, p.history.Calls[a.op].Client+1)
	}
	for _, a := range p.moot(q.topic) {
		if a.call >= begin && a.call <= done {
			acts = append(acts, a)
			clients = max(clients, p.history.Calls[a.op].Client+1)
		}
	}
	if p.panels == 0 {
		p.first, p.last = begin, done
	}
	p.first, p.last = min(p.first, begin), max(p.last, done)
	start := q.start
	p.operations = append(p.operations, porcupine.Operation{
		ClientId: clients, Input: drawn{p.panels, q.topic, &start, nil}, Call: begin - 2, Return: begin - 1,
	})
	for _, a := range acts {
		client, ret := p.history.Calls[a.op].Client, a.ret
		if client == NoClient {
			client = clients
		}
		if a.lasting() {
			ret = done + 2
		}
		p.operations = append(p.operations, porcupine.Operation{
			ClientId: client, Input: drawn{p.panels, q.topic, nil, a}, Call: a.call, Return: ret,
		})
	}
	p.operations = append(p.operations, porcupine.Operation{
		ClientId: clients, Input: drawn{p.panels, q.topic, nil, &act{kind: end, op: -1}}, Call: done + 1, Return: done + 1,
	})
	p.panels++
}

// moot lists the topic's requests that make no difference and therefore are not searched.
func (p *picture) moot(t *topic) []*act {
	searched := make([]bool, len(p.history.Calls))
	for i := range t.acts {
		searched[t.acts[i].op] = true
	}
	var acts []*act
	for i := range p.history.Calls {
		o := &p.history.Calls[i]
		if searched[i] || o.Command.Args[0] != t.name || o.Command.Is(getTopics) {
			continue
		}
		a := &act{kind: moot, op: int32(i), call: o.Call, ret: o.Return}
		if o.Outcome == Unknown {
			a.ret = never
		}
		acts = append(acts, a)
	}
	return acts
}

// model joins the models of all panels.
func (p *picture) model(ctx context.Context) porcupine.Model {
	return porcupine.Model{
		Partition: func(operations []porcupine.Operation) [][]porcupine.Operation {
			parts := make([][]porcupine.Operation, p.panels)
			for _, o := range operations {
				i := o.Input.(drawn).panel
				parts[i] = append(parts[i], o)
			}
			return parts
		},
		Init: func() any { return &state{last: root} },
		Step: func(s, input, _ any) (bool, any) {
			d := input.(drawn)
			if ctx.Err() != nil {
				return false, s
			}
			if d.start != nil {
				return true, d.start
			}
			next, ok := d.topic.step(*s.(*state), d.act)
			return ok, &next
		},
		Equal:             func(a, b any) bool { return a.(*state).equal(*b.(*state)) },
		Hash:              func(s any) uint64 { return s.(*state).hash() },
		DescribeOperation: func(input, _ any) string { return p.describe(input.(drawn)) },
		DescribeState:     func(s any) string { return describeState(s.(*state)) },
	}
}

// describe describes a request.
func (p *picture) describe(d drawn) string {
	switch {
	case d.start != nil:
		return fmt.Sprintf("topic %q, with %s pending", Brief(d.topic.name), text.Count(int(d.start.pending()), "message"))
	case d.act.kind == end:
		return "the end"
	}
	o := &p.history.Calls[d.act.op]
	text := briefCommand(o.Command)
	switch {
	case o.Outcome == Unknown:
		text += " → ?"
	case o.Outcome != Done:
		text += " → " + o.Outcome.String()
	case !o.Result.OK:
		text += " → no success"
	case o.Command.Op.Gives == machine.Text:
		text += fmt.Sprintf(" → %q", Brief(o.Result.Text))
	case o.Command.Op.Gives == machine.List:
		text += " → " + BriefList(o.Result.List)
	}
	if o.Client == NoClient {
		return text + " (in a log at the start)"
	}
	return fmt.Sprintf("%s (node %d)", text, o.Node)
}

// describeState returns the number of pending messages. The page treats the text as HTML,
// so it must not contain any text of a client.
func describeState(s *state) string {
	if !s.exists {
		return "no topic"
	}
	return text.Count(int(s.pending()), "message") + " pending"
}
