package history

import "fmt"

// The names of the checks.
const (
	Linearizable   = "linearizable"
	Lost           = "lost"
	DeliveredTwice = "delivered_twice"
	OutOfOrder     = "out_of_order"
	Invented       = "invented"
)

// Names lists the checks in their order.
func Names() []string { return []string{Linearizable, Lost, DeliveredTwice, OutOfOrder, Invented} }

// A State is the result of a check.
type State uint8

// The states, from best to worst.
const (
	Held     State = iota
	Open           // undecided: see Verdict.Words
	Violated       // the queue is wrong, whatever happened to requests without an answer
)

// String returns the state as reports write it.
func (s State) String() string {
	switch s {
	case Held:
		return "held"
	case Open:
		return "unknown"
	}
	return "violated"
}

// MarshalText implements [encoding.TextMarshaler].
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Verdict is the result of one check.
type Verdict struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	// Words describe the violation, or why the check is undecided; "" when it held.
	Words string `json:"words"`
	// Topic and Message are the ones at fault; "" for none.
	Topic   string `json:"topic"`
	Message string `json:"message"`
	// Witness has the requests that prove the violation, in the order of their calls.
	Witness []Call `json:"witness"`
}

// String describes the violation with its topic and requests; "" when the check held.
func (v *Verdict) String() string {
	if v.State == Held {
		return ""
	}
	text := v.Words
	if v.Topic != "" {
		text = fmt.Sprintf("topic %q: %s", Brief(v.Topic), text)
	}
	const shown = 4
	for i := range v.Witness[:min(len(v.Witness), shown)] {
		text += "; " + v.Witness[i].String()
	}
	if more := len(v.Witness) - shown; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// At is the time from which the violation shows: the last return in the witness.
func (v *Verdict) At() int64 {
	var at int64
	for i := range v.Witness {
		if o := &v.Witness[i]; o.Outcome == Done {
			at = max(at, o.Return)
		}
	}
	return at
}

// A Report is the result of a Check.
type Report struct {
	// Verdicts has one verdict for each check, in the order of Names.
	Verdicts []Verdict `json:"verdicts"`

	Requests int `json:"requests"` // all requests of the history
	Done     int `json:"done"`
	Refused  int `json:"refused"`
	Failed   int `json:"failed"`
	Unknown  int `json:"unknown"`

	// The order of the log explains the Ordered requests. The Searched ones needed a
	// search, split into Windows.
	Ordered  int `json:"ordered"`
	Searched int `json:"searched"`
	Windows  int `json:"windows"`
	// How says in words which requests were checked, and by which method.
	How string `json:"how"`
}

// State returns the worst state of the verdicts.
func (r *Report) State() State {
	worst := Held
	for i := range r.Verdicts {
		worst = max(worst, r.Verdicts[i].State)
	}
	return worst
}

// Verdict returns the verdict of a check, or nil for an unknown name.
func (r *Report) Verdict(name string) *Verdict {
	for i := range r.Verdicts {
		if r.Verdicts[i].Name == name {
			return &r.Verdicts[i]
		}
	}
	return nil
}
