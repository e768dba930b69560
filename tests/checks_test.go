package tests

import "gotest.tools/v3/assert"

// standings are what GET /v1/invariants answers.
type standings struct {
	Held       bool
	Invariants []struct {
		Name, Status string
		Violation    *struct {
			Seq         uint64
			Explanation string
			Bugs        []struct {
				Node int
				Bug  string
			}
		}
	}
}

// violated names those that do not hold.
func (s standings) violated() []string {
	names := []string{}
	for _, i := range s.Invariants {
		if i.Status != "held" {
			names = append(names, i.Name)
		}
	}
	return names
}

func (a *admin) invariants() (s standings) {
	a.t.Helper()
	a.ok("GET", "/v1/invariants", "", &s)
	assert.Equal(a.t, len(s.Invariants), 11)
	return s
}

// checked is what GET /v1/history/check answers.
type checked struct {
	State    string
	Requests int
	Verdicts []struct{ Name, State, Words string }
}

// states are those of all checks.
func (c checked) states() (states []string) {
	for _, v := range c.Verdicts {
		states = append(states, v.State)
	}
	return states
}

// violated names the checks of the history that failed.
func (c checked) violated() []string {
	names := []string{}
	for _, v := range c.Verdicts {
		if v.State == "violated" {
			names = append(names, v.Name)
		}
	}
	return names
}

func (a *admin) checkHistory() (c checked) {
	a.t.Helper()
	a.ok("GET", "/v1/history/check", "", &c)
	assert.Equal(a.t, len(c.Verdicts), 5)
	return c
}

// picture is the history as a page.
func (a *admin) picture() string {
	a.t.Helper()
	page := a.ok("GET", "/v1/history/picture", "", nil)
	assert.Equal(a.t, page.header.Get("Content-Type"), "text/html; charset=utf-8")
	return page.body
}
