package course

import "strings"

// A Kind says in a word what a scenario has shown about a program that others wrote.
type Kind string

// The kinds, from best to worst.
const (
	Passed        Kind = "passed"
	Bypassed      Kind = "not run (bypassed)" // messages may have passed by the links
	NotObservable Kind = "not observable"     // the program does not show enough
	Undecided     Kind = "undecided"
	Unprepared    Kind = "could not be prepared" // the scenario did not get as far as its point
	Flaky         Kind = "flaky"                 // runs differ
	TooSlow       Kind = "too slow"
	NotAvailable  Kind = "not available"
	Crashed       Kind = "crashed"
	NotStarted    Kind = "did not start"
	Wrong         Kind = "wrong"
)

// Kinds lists all kinds, from best to worst.
func Kinds() []Kind {
	return []Kind{Passed, Bypassed, NotObservable, Undecided, Unprepared, Flaky, TooSlow, NotAvailable, Crashed, NotStarted, Wrong}
}

// Key is the kind as course files and reports for programs write it, such as too_slow.
func (k Kind) Key() string {
	if k == Bypassed {
		return "bypassed"
	}
	return strings.ReplaceAll(string(k), " ", "_")
}

// Counts reports whether a scenario of this kind counts with its points. The others cost and
// give none: they show nothing about the program.
func (k Kind) Counts() bool {
	switch k {
	case Bypassed, NotObservable, Undecided, Unprepared:
		return false
	}
	return true
}

// ForPerson reports whether a person should look at a result of this kind.
func (k Kind) ForPerson() bool {
	switch k {
	case Undecided, Unprepared, Flaky:
		return true
	}
	return false
}

// priced lists the kinds to which a course file gives a share.
func priced() []Kind {
	return []Kind{Flaky, TooSlow, NotAvailable, Crashed, NotStarted, Wrong}
}
