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

// The elements that Jenkins, GitLab and the actions for GitHub share, in the order of the
// schema of https://github.com/jenkinsci/xunit-plugin, junit-10.xsd. The properties of a
// test case are an addition by pytest, which Jenkins and GitLab read or ignore.
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
		Cases []junitCase
	}
	junitCounts struct {
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     junitSecond `xml:"time,attr"`
	}
	junitCase struct {
		XMLName    xml.Name        `xml:"testcase"`
		Name       string          `xml:"name,attr"`
		ClassName  string          `xml:"classname,attr"`
		File       string          `xml:"file,attr,omitempty"`
		Time       junitSecond     `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Skipped    *junitReason    `xml:"skipped"`
		Error      *junitReason    `xml:"error"`
		Failure    *junitReason    `xml:"failure"`
		SystemOut  *junitText      `xml:"system-out"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
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

// MarshalText writes seconds without an exponent.
func (s junitSecond) MarshalText() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', 6, 64), nil
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
	switch v.Status {
	case scenario.Failed:
		c.Failures++
	case scenario.Undecided, scenario.Error:
		c.Errors++
	case scenario.NotObservable:
		c.Skipped++
	}
}

func junitRun(v scenario.Verdict) junitCase {
	c := junitCase{
		Name: line(v.Name), ClassName: line(partOf(v)), File: line(v.File),
		Time: junitSecond(v.WallTime),
		Properties: []junitProperty{
			{"seed", strconv.FormatUint(v.Seed, 10)},
			{"points", points(v.Grade.Points)},
			{"simulated_seconds", strconv.FormatFloat(v.SimTime.Seconds(), 'f', -1, 64)},
			{"events", strconv.FormatUint(v.Events, 10)},
		},
	}
	switch n := v.Runs(); {
	case n > 1:
		c.Name += fmt.Sprintf(" (run %d of %d, and %d like it)", v.Repeat, v.Repeats, n-1)
	case v.Repeats > 1:
		c.Name += fmt.Sprintf(" (run %d of %d)", v.Repeat, v.Repeats)
	}
	if v.Paper != "" {
		c.Properties = append(c.Properties, junitProperty{"paper", line(v.Paper)})
	}
	if v.Command != "" {
		c.SystemOut = &junitText{line(v.Command) + "\n"}
	}
	var said bytes.Buffer
	layFacts(&said, facts(v, false), "", 0, 0)
	reason := &junitReason{Message: text.Clip(summary(v), maxMessage), Text: "\n" + said.String()}
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
