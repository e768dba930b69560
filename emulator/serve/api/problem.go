package api

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/script/condition"
)

// ProblemType is the content type of a problem.
const ProblemType = "application/problem+json"

// TypeReplaced is the Type of a problem of a request about a run that is over: the cluster
// was replaced.
const TypeReplaced = "/#replaced"

// A Problem is why the API refuses a request (RFC 9457).
type Problem struct {
	Type       string             `json:"type"`
	Title      string             `json:"title"`
	Status     int                `json:"status"`
	Detail     string             `json:"detail"`
	Instance   string             `json:"instance"`
	Errors     []Flaw             `json:"errors,omitempty"`
	Conditions []condition.Result `json:"conditions,omitempty"`
	*Place

	// Raw is the body that a client read.
	Raw []byte `json:"-"`
	// File, if a client sets it, replaces the file that the API names in Errors.
	File string `json:"-"`
}

// A Flaw is one thing that is wrong with a body.
type Flaw struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Key     string `json:"key,omitempty" doc:"the place as people write it: faults[0].name"`
	Pointer string `json:"pointer,omitempty" doc:"the same in a JSON body as a JSON Pointer (RFC 6901): /faults/0/name"`
	Message string `json:"message"`
}

// Error returns everything that is wrong: one line for each flaw if there are
// several, else one line in all.
func (p *Problem) Error() string {
	lines := make([]string, len(p.Errors))
	for i, f := range p.Errors {
		if p.File != "" {
			f.File = p.File
		}
		lines[i] = f.String()
	}
	switch len(lines) {
	case 0:
		return p.Detail
	case 1:
		return lines[0]
	}
	return p.Title + ":\n  " + strings.Join(lines, "\n  ")
}

// String returns the flaw with its place.
func (f Flaw) String() string {
	s := f.Message
	if f.Key != "" {
		s = f.Key + ": " + s
	}
	if f.Line > 0 && f.File != "" {
		s = fmt.Sprintf("%s:%d: %s", f.File, f.Line, s)
	}
	return s
}
