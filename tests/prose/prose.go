// Package prose finds wording that has to be read twice, in comments, messages and
// documents. Each [rule] has a pattern, and says what to write instead.
//
// Text in quotation marks or backquotes is somebody else's and is not checked, nor is
// an indented block of a comment or a fenced one of a document. A line that has to
// stand as it is carries prose:ok in a comment.
package prose

import (
	"fmt"
	"regexp"
	"strings"
)

// maxWords is the length above which a sentence is two.
const maxWords = 40

// A rule refuses a way to write.
type rule struct {
	pattern *regexp.Regexp
	instead string
	opening bool           // a question may begin like this
	unless  *regexp.Regexp // makes the match harmless, around which it stands
}

// is refuses a pattern anywhere, in any case; opens refuses the beginning of a sentence
// that is not a question.

func is(pattern, instead string) rule {
	return rule{pattern: regexp.MustCompile("(?i)" + pattern), instead: instead}
}

func opens(pattern, instead string) rule {
	return rule{pattern: regexp.MustCompile("^(?:" + pattern + ")"), instead: instead, opening: true}
}

// but excepts some matches.
func (r rule) but(pattern string) rule {
	r.unless = regexp.MustCompile("(?i)" + pattern)
	return r
}

const be = `(?:is|are|was|were|be|been|being)`

var rules = []rule{
	opens(`What\s`, "begin with the thing itself: not \"What fails is reported\", but \"A report lists the failures\""),
	opens(`Who(?:ever)?\s`, "begin with a person: \"a user who ...\""),
	opens(`Whatever\s`, "begin with the thing itself, and say \"any\""),
	is(`\bwhoever\b`, "\"a user who\", \"anyone who\""),
	is(`\b`+be+` told\b`, "say who reports what: \"the report says\", \"the node gets\"").but(`told apart`),
	is(`\b(?:it|this|that|all) `+be+` said\b`, "say who says it: \"the error names\", \"the report lists\""),
	is(`\bin the place of\b`, "\"instead of\""),
	is(`\bbut for\b`, "\"except\""),
	is(`\bto be had\b|\bcan(?:not)? be had\b`, "\"is available\", or the verb of what is done with it"),
	is(`\bkn(?:ow|ows|own|ew) of\b`, "\"has\", \"sees\", \"reads\": code knows nothing"),
	is(`\bnobody (?:is|was|has|can)\b`, "say who: \"no node\", \"no client\""),
	is(`, too\s*[.;:,]`, "\"also\", before the verb"),
	is(`\bso long\b`, "\"for this long\"").but(`so long as`),
	is(`\b`+be+` none\b`, "\"there is no ...\", or the verb with \"not\"").but(`\b(?:there|if|and|or|that|which) ` + be + ` none\b[\s]*[.,;:)]|there ` + be + ` none`),
	is(`\b`+be+` looked at\b`, "\"checks\", \"reads\", with the one who does"),
	is(`\b`+be+` come (?:to|by|upon)\b`, "\"reached\", \"found\""),
	is(`, for (?:it|they|there|he|she|we|you|i|this|that|the [a-z]+|a [a-z]+|[a-z]+s) (?:is|are|was|were|has|have|had|can|may|does|do|did|will|would|must)\b`, "\"because\""),
	is(`\bin the midst of\b`, "\"during\", \"while\""),
	is(`\bso (?:many|much)\b`, "the number or amount itself").but(`so (?:many|much) [^.;]*\b(?:that|as)\b|(?:not|or|and) so (?:many|much)`),
	is(`\bcur(?:e|es|ed|ing)\b|\bmend(?:s|ed|ing)?\b`, "\"heal\", or \"remove\" for a bug"),
	is(`\bbefalls?\b|\bthereof\b|\bwhereof\b|\bwherein\b|\btherein\b|\bwhence\b|\bthence\b|\blest\b|\bamiss\b|\banew\b|\bshall\b`, "a word of today"),
	is(`\btells? whether\b`, "\"reports whether\""),
	is(`\banother (?:one )?than\b|\bothers? than what\b`, "\"different from\""),
	is(`\b(?:what|where|when|if|that) one (?:looks|sees|finds|wants|can|may|has|knows|gets)\b`, "\"you\", or the user who does it"),
	is(`\bno matter\s*[.,;]`, "say what happens then"),
	is(`\bmust that\b`, "say it with a verb"),
}

// A block is a run of prose: a paragraph, an item, a message.
type block struct {
	file string
	line int
	text string
}

// A finding is a phrase that a rule refuses.
type finding struct {
	file    string
	line    int
	phrase  string
	instead string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %q: write %s", f.file, f.line, f.phrase, f.instead)
}

// quoted is text that somebody else wrote: code, and what a program prints.
var quoted = regexp.MustCompile("`[^`]*`|\"[^\"\n]*\"|\u201c[^\u201d]*\u201d")

// check returns what is wrong in a block. A sentence is reported where it begins.
func check(b block) []finding {
	var all []finding
	text := quoted.ReplaceAllStringFunc(b.text, func(s string) string {
		return "X" + strings.Repeat("\n", strings.Count(s, "\n"))
	})
	line := b.line
	for _, sentence := range sentences(text) {
		for _, f := range checkSentence(strings.Join(strings.Fields(sentence), " ")) {
			f.file, f.line = b.file, line+leadingLines(sentence)
			all = append(all, f)
		}
		line += strings.Count(sentence, "\n")
	}
	return all
}

func leadingLines(s string) int {
	return strings.Count(s[:len(s)-len(strings.TrimLeft(s, " \t\n"))], "\n")
}

func checkSentence(s string) []finding {
	var all []finding
	for _, r := range rules {
		if r.opening && strings.HasSuffix(s, "?") {
			continue
		}
		at := r.pattern.FindStringIndex(s)
		if at == nil || r.unless != nil && r.unless.MatchString(s[max(0, at[0]-12):]) {
			continue
		}
		all = append(all, finding{phrase: around(s, at), instead: r.instead})
	}
	if n := len(strings.Fields(s)); n > maxWords {
		all = append(all, finding{phrase: around(s, []int{0, 0}), instead: fmt.Sprintf("two sentences: it has %d words", n)})
	}
	return all
}

// around returns a match with some words before and behind it.
func around(s string, at []int) string {
	const before, behind = 4, 6
	words := strings.Fields(s[:at[0]])
	phrase := strings.Join(words[max(0, len(words)-before):], " ")
	words = strings.Fields(s[at[0]:])
	return strings.TrimSpace(phrase + " " + strings.Join(words[:min(len(words), behind)], " "))
}

// sentenceEnd is the end of a sentence, which a capital letter follows, or of an item
// of a list.
var sentenceEnd = regexp.MustCompile(`[.?!:][)"']?\s+[A-Z(]|\n\s*(?:[-*]|\d+\.)\s|\n\s*\n|[.?!:]$`)

// abbreviation ends in a period that ends no sentence.
var abbreviation = regexp.MustCompile(`(?i)\b(?:e\.g|i\.e|etc|vs|cf|fig|sec|no)\.$`)

// sentences splits a text; together they are the text.
func sentences(text string) []string {
	var all []string
	start, from := 0, 0
	for {
		at := sentenceEnd.FindStringIndex(text[from:])
		if at == nil {
			return append(all, text[start:])
		}
		end := from + at[0] + 1
		from += max(at[1]-1, at[0]+1)
		if !abbreviation.MatchString(text[start:end]) {
			all = append(all, text[start:end])
			start = end
		}
	}
}
