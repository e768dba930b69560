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

// Names lists the checks, in their order.
func Names() []string { return []string{Linearizable, Lost, DeliveredTwice, OutOfOrder, Invented} }

// A State is how a check came out.
type State uint8

// The states, from best to worst.
const (
	Held     State = iota
	Open           // it could not be found out
	Violated       // the queue is to blame, whatever the clients cannot know
)

// String gives the state as reports write it.
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

// A Verdict is how one check came out.
type Verdict struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	// Words say what is wrong, or why it could not be found out; "" when it held.
	Words string `json:"words"`
	// Topic and Message are those that it is about; "" when it is about none.
	Topic   string `json:"topic"`
	Message string `json:"message"`
	// Witness are the requests that show it, in the order of their calls.
	Witness []Call `json:"witness"`
}

// String says what is wrong, and with which topic and requests; "" when it held.
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

// At is when the violation was there to see: the return of the last witness that
// has one.
func (v *Verdict) At() int64 {
	var at int64
	for i := range v.Witness {
		if o := &v.Witness[i]; o.Outcome == Done {
			at = max(at, o.Return)
		}
	}
	return at
}

// A Report is what a Check has found.
type Report struct {
	// Verdicts are those of the checks, in the order of Names.
	Verdicts []Verdict `json:"verdicts"`

	Requests int `json:"requests"` // all of the history
	Done     int `json:"done"`
	Refused  int `json:"refused"`
	Failed   int `json:"failed"`
	Unknown  int `json:"unknown"`

	// Ordered requests were explained by the order of the log, and Searched ones
	// needed a search, in so many Windows.
	Ordered  int `json:"ordered"`
	Searched int `json:"searched"`
	Windows  int `json:"windows"`
	// How says in words what was looked at, and how.
	How string `json:"how"`
}

// State is the worst of the verdicts.
func (r *Report) State() State {
	worst := Held
	for i := range r.Verdicts {
		worst = max(worst, r.Verdicts[i].State)
	}
	return worst
}

// Verdict gives the verdict of this name; nil when there is none.
func (r *Report) Verdict(name string) *Verdict {
	for i := range r.Verdicts {
		if r.Verdicts[i].Name == name {
			return &r.Verdicts[i]
		}
	}
	return nil
}
