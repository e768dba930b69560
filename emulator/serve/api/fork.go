package api

import (
	"encoding/json"
	"errors"
	"strconv"
)

// A ForkBody says from which moment a fork goes another way.
type ForkBody struct {
	Seq SeqOrNow `json:"seq" want:"the seq of a record, or now" doc:"the record after which the fork begins, or now; now by default"`
	Run string   `json:"run" doc:"the run_id of the run to which seq belongs; if another run has taken its place, the request is refused"`
}

// A SeqOrNow is a record's number, or the present moment, which JSON has as "now".
type SeqOrNow uint64

// Present is the present moment.
const Present SeqOrNow = 1<<64 - 1

var errSeqOrNow = errors.New("want the seq of a record, or now")

// UnmarshalJSON implements json.Unmarshaler.
func (s *SeqOrNow) UnmarshalJSON(data []byte) error {
	if string(data) == `"now"` {
		*s = Present
		return nil
	}
	n, err := strconv.ParseUint(string(data), 10, 63)
	if err != nil {
		return errSeqOrNow
	}
	*s = SeqOrNow(n)
	return nil
}

// MarshalJSON implements json.Marshaler.
func (s SeqOrNow) MarshalJSON() ([]byte, error) {
	if s == Present {
		return []byte(`"now"`), nil
	}
	return json.Marshal(uint64(s))
}

// A ForkAnswer shows a fork.
type ForkAnswer struct{ ForkState }

// A ForkState is where a fork begins, and where it is.
type ForkState struct {
	ID int `json:"id" doc:"the fork's number in paths; numbers are not used again"`
	// From is the moment of the hosted cluster.
	From  ForkOrigin `json:"from"`
	RunID string     `json:"run_id" doc:"the fork's own run"`
	Place
	Clock ClockState `json:"clock"`
}

// A ForkOrigin is a moment of the hosted cluster.
type ForkOrigin struct {
	RunID string `json:"run_id" doc:"the run in which the fork begins"`
	Place
}

// A ForksAnswer lists the forks.
type ForksAnswer struct {
	Forks []ForkState `json:"forks"`
	Most  int         `json:"most" doc:"how many forks there may be"`
}
