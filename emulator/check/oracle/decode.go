package oracle

import "time"

// A Decoder reads the lines of a trace file. Entries with the same command share one
// value.
type Decoder struct {
	in       []byte // the rest of the line
	failed   bool
	byText   map[string]any // values by their JSON
	commands map[Command]*Command
	names    map[string]string
}

// NewDecoder returns a decoder, for one oracle.
func NewDecoder() *Decoder {
	return &Decoder{byText: map[string]any{}, commands: map[Command]*Command{}, names: map[string]string{}}
}

// Decode reads a line, without its end, into e and uses e's memory. A line as emulator
// -trace writes it takes the fast way; any other JSON of the same meaning is read also.
// The error wraps ErrNotRecord.
func (d *Decoder) Decode(line []byte, e *Event) error {
	d.in, d.failed = line, false
	if d.record(e); d.failed || len(d.in) > 0 {
		return d.decodeSlowly(line, e)
	}
	return nil
}

// record reads a record in the order and spacing in which the emulator writes it, and
// fails on any other.
func (d *Decoder) record(e *Event) {
	e.Seq = d.number(`{"seq":`)
	e.Time = time.Duration(d.number(`,"time_ns":`))
	e.Step = d.number(`,"step":`)
	e.Cause = d.number(`,"cause":`)
	kind, ok := kindsByName[string(d.word(`,"event":`))]
	if !ok || kind == Init || kind == Nemesis { // rare, and of a form of their own
		d.failed = true
		return
	}
	e.Kind = kind
	e.Node = d.node(`,"node":`)
	e.Index = 0
	if d.skip(`,"index":`) {
		e.Index = d.number("")
	}
	if kind.isMessage() {
		d.message(&e.Message)
	}
	if e.Node != Nobody {
		d.state(&e.State)
	}
	e.Fault, e.Reason = "", ""
	switch kind {
	case Request, ClientRequest:
		d.request(e)
	case Response:
		d.response(e)
	case Persist:
		e.Stored.Term = d.number(`,"stored":{"term":`)
		e.Stored.VotedFor = d.node(`,"voted_for":`)
		d.expect("}")
	case DuplicateMessage, HoldMessage, ReleaseMessage, RuleEnded:
		e.Fault = d.name(`,"fault":`)
	case ResumeMessage:
		if d.skip(`,"fault":`) {
			e.Fault = d.name("")
		}
	case Apply:
		d.passList(`,"again":`)
	case BecomeLeader:
		d.passList(`,"next_index":`)
		d.passList(`,"match_index":`)
	case DropMessage:
		if d.skip(`,"reason":`) {
			e.Reason = d.name("")
		} else {
			e.Fault = d.name(`,"fault":`)
		}
	}
	d.passExtra(kind)
	d.expect("}")
}

// passExtra passes over what a record says beside its state, which the oracle does not judge.
func (d *Decoder) passExtra(kind Kind) {
	switch kind {
	case HandleAppendEntriesRequest:
		if d.skip(`,"kept":`) {
			d.number("")
		}
	case HandleAppendEntriesResponse:
		if d.skip(`,"progress":{"next":`) {
			d.number("")
			d.number(`,"match":`)
			d.expect("}")
		}
	case HandleRequestVoteResponse, Timeout, Persist:
		d.skip(`,"counted":true`)
	case SetTimer:
		d.word(`,"timer":{"kind":`)
		d.number(`,"at_ns":`)
		d.expect("}")
	}
}

// passList passes over a list of numbers after its key, if it is there.
func (d *Decoder) passList(key string) {
	if !d.skip(key) {
		return
	}
	d.expect("[")
	for first := true; !d.failed && !d.skip("]"); first = false {
		if !first {
			d.expect(",")
		}
		d.number("")
	}
}

func (d *Decoder) message(m *Message) {
	h := &m.Head
	*h = Head{ID: d.number(`,"message":{"id":`)}
	t := d.word(`,"type":`)
	h.From = d.node(`,"from":`)
	h.To = d.node(`,"to":`)
	h.Term = d.number(`,"term":`)
	m.Entries = m.Entries[:0]
	switch string(t) {
	case "RequestVoteRequest":
		h.LastLogIndex = d.number(`,"last_log_index":`)
		h.LastLogTerm = d.number(`,"last_log_term":`)
	case "RequestVoteResponse":
		h.Type = RequestVoteResponse
		h.VoteGranted = d.bool(`,"vote_granted":`)
	case "AppendEntriesRequest":
		h.Type = AppendEntriesRequest
		h.PrevLogIndex = d.number(`,"prev_log_index":`)
		h.PrevLogTerm = d.number(`,"prev_log_term":`)
		d.entries(m)
		h.LeaderCommit = d.number(`,"leader_commit":`)
	case "AppendEntriesResponse":
		h.Type = AppendEntriesResponse
		h.Success = d.bool(`,"success":`)
		h.PrevLogIndex = d.number(`,"prev_log_index":`)
		if h.Success {
			h.MatchIndex = d.number(`,"match_index":`)
		} else {
			h.ConflictIndex = d.number(`,"conflict_index":`)
			h.ConflictTerm = d.number(`,"conflict_term":`)
		}
	default:
		d.failed = true
	}
	d.expect("}")
}

func (d *Decoder) entries(m *Message) {
	d.expect(`,"entries":[`)
	for first := true; !d.failed && !d.skip("]"); first = false {
		if !first {
			d.expect(",")
		}
		term := d.number(`{"term":`)
		d.expect(",")
		m.Entries = append(m.Entries, Entry{term, d.value()})
	}
}

// value reads the members of a command up to the end of its object.
func (d *Decoder) value() any {
	quoted := false
	for k := 0; k < len(d.in); k++ {
		switch c := d.in[k]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			k++
		case !quoted && c == '}':
			text := d.in[:k]
			d.in = d.in[k+1:]
			if v, ok := d.byText[string(text)]; ok {
				return v
			}
			v, err := d.parseValue(text)
			if err != nil {
				d.failed = true
				return nil
			}
			d.byText[string(text)] = v
			return v
		}
	}
	d.failed = true
	return nil
}

func (d *Decoder) state(s *State) {
	switch string(d.word(`,"state":{"role":`)) {
	case "Follower":
		s.Role = Follower
	case "Candidate":
		s.Role = Candidate
	case "Leader":
		s.Role = Leader
	default:
		d.failed = true
	}
	s.Term = d.number(`,"term":`)
	s.VotedFor = d.node(`,"voted_for":`)
	s.Leader = d.node(`,"leader":`)
	s.CommitIndex = d.number(`,"commit_index":`)
	s.Applied = d.number(`,"last_applied":`)
	s.LastIndex = d.number(`,"last_index":`)
	s.LastTerm = d.number(`,"last_term":`)
	d.expect("}")
}

func (d *Decoder) request(e *Event) {
	d.expect(`,"request":{"id":`)
	e.Request = d.id()
	if e.Value = nil; !d.skip(`,"command":null`) {
		d.expect(`,"command":{`)
		e.Value = d.value()
	}
	d.expect("}")
}

func (d *Decoder) response(e *Event) {
	d.expect(`,"response":{"id":`)
	e.Request = d.id()
	a := &e.Answer
	*a = Answer{OK: d.bool(`,"ok":`), Topics: a.Topics[:0]}
	switch {
	case d.skip(`,"error":`):
		a.Error = d.name("")
	case d.skip(`,"message":`):
		a.Message = string(d.word(""))
	case d.skip(`,"topics":[`):
		for first := true; !d.failed && !d.skip("]"); first = false {
			if !first {
				d.expect(",")
			}
			a.Topics = append(a.Topics, d.name(""))
		}
	}
	d.expect("}")
}
