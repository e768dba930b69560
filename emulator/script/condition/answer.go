package condition

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/text"
)

// A requestPredicate is about the answers to the requests of one name.
type requestPredicate interface{ request() string }

// answer is answer=NAME:STATUS, answer=NAME:"TEXT", answer=NAME:["TEXT"] and
// answer=NAME:by_follower. If several requests have the name, it holds when all of them
// were answered so.
type answer struct {
	name       string
	status     AnswerStatus
	message    string // when hasMessage
	hasMessage bool
	topics     []string // when hasTopics
	hasTopics  bool
	byFollower bool
}

// byFollower is the word for an answer that only a leader may give, but a follower gave.
const byFollower = "by_follower"

// readRequest reads NAME:REST.
func readRequest(value string) (name, rest, wrong string) {
	name, rest, ok := strings.Cut(value, ":")
	switch {
	case !syntax.IsRequest(name):
		return "", "", quote(name) + " is no name of a request"
	case !ok:
		return "", "", "nothing follows the name " + quote(name)
	}
	return name, rest, ""
}

func readStatus(word string) (AnswerStatus, string) {
	i := slices.Index(answerWords[:], word)
	if i < 0 {
		return 0, quote(word) + " is no status, " + text.Suggest(word, answerWords[:])
	}
	return AnswerStatus(i), ""
}

func readAnswer(value string) (predicate, string) {
	name, rest, wrong := readRequest(value)
	if wrong != "" {
		return nil, wrong
	}
	switch {
	case rest == byFollower:
		return answer{name: name, status: AnswerOK, byFollower: true}, ""
	case strings.HasPrefix(rest, "["):
		list, ok := readList(rest)
		if !ok {
			return nil, quote(rest) + " is no list of strings"
		}
		return answer{name: name, status: AnswerOK, topics: list, hasTopics: true}, ""
	case !strings.HasPrefix(rest, `"`):
		status, wrong := readStatus(rest)
		return answer{name: name, status: status}, wrong
	}
	message, rest, ok := readQuoted(rest)
	if !ok || rest != "" {
		return nil, quote(value) + " does not end in a message in quotes"
	}
	return answer{name: name, status: AnswerOK, message: message, hasMessage: true}, ""
}

func (a answer) String() string {
	switch {
	case a.hasMessage:
		return a.name + ":" + quoted(a.message)
	case a.hasTopics:
		return a.name + ":" + writeList(a.topics)
	case a.byFollower:
		return a.name + ":" + byFollower
	}
	return a.name + ":" + a.status.String()
}

func (a answer) mentions() []member { return nil }
func (a answer) request() string    { return a.name }
func (a answer) tester() tester     { return a }

func (a answer) holds(s *clusterView) bool {
	answers := s.env.Answers(a.name)
	for i := range answers {
		if !a.is(&answers[i]) {
			return false
		}
	}
	return len(answers) > 0 || a.status == AnswerPending
}

// is reports whether one answer is as it should be.
func (a answer) is(got *Answer) bool {
	switch {
	case got.Status != a.status:
		return false
	case a.hasMessage:
		return got.HasMessage && got.Message == a.message
	case a.hasTopics:
		return got.HasTopics && slices.Equal(got.Topics, a.topics)
	}
	return !a.byFollower || got.ByFollower
}

func (a answer) seen(s *clusterView) string {
	answers := s.env.Answers(a.name)
	switch len(answers) {
	case 0:
		return a.name + " was not sent yet"
	case 1:
		return a.name + " " + answers[0].say()
	}
	return tally(answers).say(a.name)
}

// say says what the client got.
func (a Answer) say() string {
	switch a.Status {
	case AnswerPending:
		return "is not answered yet"
	case AnswerRefused:
		return `was answered with {"success": false}`
	case AnswerLost:
		return "was cut off, or not answered in time"
	}
	said := "was answered with success"
	switch {
	case a.HasMessage:
		said = "was answered with the message " + quote(a.Message)
	case a.HasTopics:
		said = "was answered with the topics " + writeList(a.Topics[:min(len(a.Topics), maxTopicsShown)])
		if more := len(a.Topics) - maxTopicsShown; more > 0 {
			said += fmt.Sprintf(" and %d more", more)
		}
	}
	if a.ByFollower {
		said += ", by a node that did not lead"
	}
	return said
}

// An answerCount counts answers by status.
type answerCount [len(answerWords)]uint64

func tally(answers []Answer) answerCount {
	var c answerCount
	for _, a := range answers {
		c[a.Status]++
	}
	return c
}

func (c answerCount) say(name string) string {
	sum := c[AnswerPending] + c[AnswerOK] + c[AnswerRefused] + c[AnswerLost]
	if sum == 0 {
		return name + " was not sent yet"
	}
	return fmt.Sprintf(`of %d requests %s so far %d were answered with success, %d with {"success": false}, %d were lost and %d are not answered yet`,
		sum, name, c[AnswerOK], c[AnswerRefused], c[AnswerLost], c[AnswerPending])
}

// answers is answers=NAME:STATUS:NUMBER.
type answers struct {
	name   string
	status AnswerStatus
	bound  bound
}

func readAnswers(value string) (predicate, string) {
	name, rest, wrong := readRequest(value)
	if wrong != "" {
		return nil, wrong
	}
	word, number, ok := strings.Cut(rest, ":")
	status, wrong := readStatus(word)
	switch {
	case wrong != "":
		return nil, wrong
	case !ok:
		return nil, "it does not say how many"
	}
	b, wrong := readBound(number, atLeast)
	return answers{name, status, b}, wrong
}

func (a answers) String() string {
	return a.name + ":" + a.status.String() + ":" + a.bound.String()
}

func (a answers) mentions() []member { return nil }
func (a answers) request() string    { return a.name }
func (a answers) tester() tester     { return &answersCounter{answers: a} }

// An answersCounter counts settled answers, which no longer change, only once.
type answersCounter struct {
	answers
	settled int // number of answers, from the first on, that are settled
	counts  answerCount
}

// count returns the counts of all answers.
func (a *answersCounter) count(s *clusterView) answerCount {
	list := s.env.Answers(a.name)
	if len(list) < a.settled {
		a.settled, a.counts = 0, answerCount{}
	}
	for a.settled < len(list) && list[a.settled].Status != AnswerPending {
		a.counts[list[a.settled].Status]++
		a.settled++
	}
	c := a.counts
	for _, rest := range list[a.settled:] {
		c[rest.Status]++
	}
	return c
}

func (a *answersCounter) holds(s *clusterView) bool { return a.bound.has(a.count(s)[a.status]) }

func (a *answersCounter) seen(s *clusterView) string { return a.count(s).say(a.name) }
