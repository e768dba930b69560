package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"
)

// A rule says what an element of JUnit XML may have.
type rule struct {
	must, may []string // attributes
	children  []string
	text      bool
}

// junitRules are the rules of junit-10.xsd of Jenkins' xUnit plug-in, as far as all of its
// versions agree. The plug-in refuses a report that breaks one.
var junitRules = map[string]rule{
	"testsuites": {may: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {
		must:     []string{"name", "tests", "failures", "errors"},
		may:      []string{"time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
	},
	"testcase": {
		must:     []string{"name"},
		may:      []string{"time", "classname", "group"},
		children: []string{"skipped", "error", "failure", "system-out", "system-err"},
	},
	"properties": {children: []string{"property"}},
	"property":   {must: []string{"name", "value"}},
	"skipped":    {may: []string{"type", "message"}, text: true},
	"error":      {may: []string{"type", "message"}, text: true},
	"failure":    {may: []string{"type", "message"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

// junitTime is a time in seconds; some versions allow at most three decimals.
var junitTime = regexp.MustCompile(`^[0-9]+(\.[0-9]{0,3})?$`)

// junitProblem says which rule a document breaks first.
func junitProblem(document string) error {
	d := xml.NewDecoder(strings.NewReader(document))
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := junitElement(open, token); err != nil {
				return err
			}
			open = append(open, token.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if said := strings.TrimSpace(string(token)); said != "" && !junitRules[open[len(open)-1]].text {
				return fmt.Errorf("text in %s: %q", open[len(open)-1], said)
			}
		}
	}
}

// junitElement says which rule an element breaks inside of those that are open.
func junitElement(open []string, e xml.StartElement) error {
	name := e.Name.Local
	allowed := []string{"testsuites", "testsuite"}
	if len(open) > 0 {
		allowed = junitRules[open[len(open)-1]].children
	}
	if !slices.Contains(allowed, name) {
		return fmt.Errorf("%s inside of %q", name, open)
	}
	r, has := junitRules[name], map[string]bool{}
	for _, a := range e.Attr {
		key := a.Name.Local
		if !slices.Contains(r.must, key) && !slices.Contains(r.may, key) {
			return fmt.Errorf("%s has an attribute %s", name, key)
		}
		if key == "time" && !junitTime.MatchString(a.Value) {
			return fmt.Errorf("%s has the time %s", name, a.Value)
		}
		has[key] = true
	}
	for _, key := range r.must {
		if !has[key] {
			return fmt.Errorf("%s has no %s", name, key)
		}
	}
	return nil
}

func TestJUnitKeepsTheRulesOfJenkins(t *testing.T) {
	assert.NilError(t, junitProblem(write(t, "junit", everything())))
	assert.NilError(t, junitProblem(write(t, "junit", nil)))
}

// Each change is what this package once wrote, or breaks one rule.
func TestJUnitProblemNoticesEachBrokenRule(t *testing.T) {
	document := write(t, "junit", everything())
	for _, c := range []struct{ old, new, want string }{
		{`<testsuites name`, `<testsuites skipped="1" name`, "testsuites has an attribute skipped"},
		{`time="0.001"`, `time="0.001200"`, "testcase has the time 0.001200"},
		{`time="0.001"`, `time="1e-3"`, "testcase has the time 1e-3"},
		{`<testcase name`, `<testcase file="a.toml" name`, "testcase has an attribute file"},
		{`<system-out>`, `<properties></properties><system-out>`, "properties inside of"},
		{`<testsuite name="election" `, `<testsuite `, "testsuite has no name"},
		{`<testcase name="first_leader" `, `<testcase `, "testcase has no name"},
		{`<testcase`, `words<testcase`, `text in testsuite: "words"`},
		{`<testsuite name`, `<testcase name="a"></testcase><testsuite name`, "testcase inside of"},
	} {
		changed := strings.Replace(document, c.old, c.new, 1)
		assert.Assert(t, changed != document, c.old)
		assert.Assert(t, is.ErrorContains(junitProblem(changed), c.want))
	}
}
