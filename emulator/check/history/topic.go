package history

// A topic is the part of a history that concerns one topic.
type topic struct {
	name  string
	start state
	texts []content
	ids   map[string]int32 // of texts
	acts  []act            // sorted by call, after prepare

	vanishing []int32 // the vanish acts, by call
	loose     bool    // some act is putMaybe
	ordered   bool    // every act except vanish has a place
	absurd    int     // an act that must come before another and also behind it; -1: none
}

// A content is a message, or several messages with equal texts.
type content struct {
	message string
	atStart []int32 // positions among the messages at the start
	puts    []int32 // acts: puts that were carried out, and those that may have been
	shown   []int32 // acts that show it
	pops    []int32 // acts that take it
	certain int     // number of puts that were certainly carried out
	denied  int32   // an op that put it and was not carried out; -1: none
}

// alone reports whether at most one such message exists, so that it is known which one.
func (x *content) alone() bool { return len(x.puts)+len(x.atStart) <= 1 }

// missing reports whether a message may exist that no answer shows again.
func (x *content) missing() bool { return len(x.puts)+len(x.atStart) > len(x.pops) }

// show adds an act that shows it.
func (x *content) show(k kind, act int32) {
	x.shown = append(x.shown, act)
	if k.takes() {
		x.pops = append(x.pops, act)
	}
}

func (t *topic) text(message string) *content { return &t.texts[t.id(message)] }

func (t *topic) id(message string) int32 {
	id, ok := t.ids[message]
	if !ok {
		id = int32(len(t.texts))
		t.ids[message] = id
		t.texts = append(t.texts, content{message: message, denied: -1})
	}
	return id
}

// split returns the history's topics in the order in which they are first named.
func (h *History) split(listed []string) []*topic {
	var topics []*topic
	byName := map[string]*topic{}
	of := func(name string) *topic {
		t := byName[name]
		if t == nil {
			t = &topic{name: name, start: state{last: root}, ids: map[string]int32{}, absurd: -1}
			byName[name] = t
			topics = append(topics, t)
		}
		return t
	}
	for _, s := range h.Start {
		t := of(s.Name)
		t.start.exists = true
		for i, m := range s.Values {
			id := t.id(m)
			t.texts[id].atStart = append(t.texts[id].atStart, int32(i))
			t.start = t.start.push(id)
		}
	}
	for i := range h.Calls {
		o := &h.Calls[i]
		if !o.Command.Is(getTopics) {
			of(o.Command.Args[0]).add(o, int32(i))
		}
	}
	for _, name := range listed {
		of(name)
	}
	return topics
}

// add adds a request about the topic.
func (t *topic) add(o *Call, i int32) {
	a := act{op: i, call: o.Call, ret: o.Return, place: place{index: o.Index}}
	switch o.Outcome {
	case Refused, Failed: // it makes no difference
		if o.Command.Is(putMessage) {
			t.text(o.Command.Args[1]).denied = i
		}
		return
	case Unknown:
		a.ret = never
		a.kind = maybeKindOf(&o.Command)
	default:
		a.kind = kindOf(&o.Command, o.Result.OK)
	}
	switch {
	case a.kind == put || a.kind == putMaybe:
		a.text = t.id(o.Command.Args[1])
		x := &t.texts[a.text]
		x.puts = append(x.puts, int32(len(t.acts)))
		if a.kind == put {
			x.certain++
		}
	case a.kind == putNowhere:
		t.text(o.Command.Args[1]).denied = i
	case a.kind.shows():
		a.text = t.id(o.Result.Text)
		t.texts[a.text].show(a.kind, int32(len(t.acts)))
	}
	t.acts = append(t.acts, a)
}

// look records whether an answer with topics shows this one.
func (t *topic) look(o *Call, i int32, there bool) {
	a := act{kind: unseen, op: i, call: o.Call, ret: o.Return, place: place{index: o.Index}}
	if there {
		a.kind = seen
	}
	t.acts = append(t.acts, a)
}
