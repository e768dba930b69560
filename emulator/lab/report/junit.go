package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// The elements and attributes that every version of junit-10.xsd allows, the schema by
// which Jenkins' xUnit plug-in checks reports, https://github.com/jenkinsci/xunit-plugin.
// GitLab and the actions for GitHub read them too. The schema has no place for the file,
// the points and other figures of a case, so that they stand in system-out.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []*junitSuite
	}
	junitSuite struct {
		XMLName xml.Name `xml:"testsuite"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Skipped int `xml:"skipped,attr"`
		Cases   []junitCase
	}
	junitCounts struct {
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Time     junitSecond `xml:"time,attr"`
	}
	junitCase struct {
		XMLName   xml.Name     `xml:"testcase"`
		Name      string       `xml:"name,attr"`
		ClassName string       `xml:"classname,attr"`
		Time      junitSecond  `xml:"time,attr"`
		Skipped   *junitReason `xml:"skipped"`
		Error     *junitReason `xml:"error"`
		Failure   *junitReason `xml:"failure"`
		SystemOut *junitText   `xml:"system-out"`
	}
	junitText struct {
		Text string `xml:",cdata"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	junitSecond time.Duration
)

// MarshalText writes seconds without an exponent. Older versions of the schema allow at
// most three decimals.
func (s junitSecond) MarshalText() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', 3, 64), nil
}

// maxMessage is the greatest number of characters of a message, which lists show.
const maxMessage = 300

// writeJUnit writes a suite for each part and a case for each verdict.
func writeJUnit(b *bytes.Buffer, verdicts []scenario.Verdict) error {
	all := junitSuites{Name: "emulator"}
	for _, p := range merge(verdicts) {
		suite := &junitSuite{Name: line(p.name)}
		for i := range p.results {
			for _, v := range p.results[i].runs {
				suite.Cases = append(suite.Cases, junitRun(v))
				suite.count(v)
				all.count(v)
				if v.Status == scenario.NotObservable || isExcluded(&v) {
					suite.Skipped++
				}
			}
		}
		all.Suites = append(all.Suites, suite)
	}
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}

func (c *junitCounts) count(v scenario.Verdict) {
	c.Tests++
	c.Time += junitSecond(v.WallTime)
	if isExcluded(&v) {
		return
	}
	switch v.Status {
	case scenario.Failed:
		c.Failures++
	case scenario.Undecided, scenario.Error:
		c.Errors++
	}
}

func junitRun(v scenario.Verdict) junitCase {
	c := junitCase{
		Name: line(v.Name), ClassName: line(partOf(v)), Time: junitSecond(v.WallTime),
	}
	switch n := v.Runs(); {
	case n > 1:
		c.Name += fmt.Sprintf(" (run %d of %d, and those like it)", v.Repeat, v.Repeats) // the same from build to build
	case v.Repeats > 1:
		c.Name += fmt.Sprintf(" (run %d of %d)", v.Repeat, v.Repeats)
	}
	if figures := junitFigures(v); len(figures) > 0 {
		var said bytes.Buffer
		layFacts(&said, figures, "", 0, 0)
		c.SystemOut = &junitText{"\n" + said.String()}
	}
	if v.Hidden {
		c.Skipped = &junitReason{Message: hiddenWord}
		return c
	}
	var said bytes.Buffer
	layFacts(&said, facts(v, false), "", 0, 0)
	reason := &junitReason{Message: text.Clip(summary(v), maxMessage), Text: "\n" + said.String()}
	if f := v.Foreign; f != nil && v.Status != scenario.Passed {
		junitForeign(&c, &v, reason)
		return c
	}
	switch v.Status {
	case scenario.Failed:
		reason.Type, c.Failure = "expectation", reason
	case scenario.Undecided:
		reason.Type, c.Error = "undecided", reason
	case scenario.Error:
		reason.Type, c.Error = "file", reason
	case scenario.NotObservable:
		c.Skipped = reason
	}
	return c
}

// junitFigures lists what there is to know about any run.
func junitFigures(v scenario.Verdict) []fact {
	var out []fact
	add := func(known bool, label, said string) {
		if known {
			out = append(out, fact{label: label, text: said, verbatim: true})
		}
	}
	add(v.Runs() > 1, "runs", strconv.Itoa(v.Runs()))
	add(v.File != "", "file", line(v.File))
	add(v.Paper != "", "paper", line(v.Paper))
	add(v.Grade.Points > 0, "points", points(v.Grade.Points))
	add(v.SimTime > 0 && v.Foreign == nil, "simulated", simTime(v.SimTime))
	add(v.Events > 0, "events", strconv.FormatUint(v.Events, 10))
	add(v.Command != "", "repeat", line(v.Command))
	return out
}
