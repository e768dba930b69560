package course

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
