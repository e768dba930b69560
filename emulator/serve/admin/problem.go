package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"syscall"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text/readjson"
	"rrmq.example/emulator/mqapi/origin"
)

// Why a request is refused, where no other package has an error for it.
var (
	errBadRequest = errors.New("the request cannot be read")
	errRoute      = errors.New("no such route")
	errMethod     = errors.New("the route does not have this method")
	errTooSlow    = errors.New("the body did not come in time")
	errTooLong    = errors.New("the body is too long")
	errBody       = errors.New("the body has invalid values")
	errSince      = errors.New("the trace has not got that far")
	errBusy       = errors.New("too many requests of this kind")
	errUntrue     = errors.New("the conditions did not hold in time")
)

// A kind is a kind of problem.
type kind struct {
	slug   string
	status int
	title  string
	errs   []error // whose problems it is for
}

// kinds are all kinds of problems; an error is of the first one that has it.
var kinds = []kind{
	{"foreign-origin", http.StatusForbidden, "Request from a foreign origin", []error{origin.ErrForeign}},
	{"bad-request", http.StatusBadRequest, "The request cannot be read", []error{errBadRequest}},
	{"bad-condition", http.StatusBadRequest, "The condition cannot be read", []error{condition.ErrInvalid}},
	{"no-such-route", http.StatusNotFound, "No such route", []error{errRoute}},
	{"no-such-node", http.StatusNotFound, "No such node", []error{world.ErrNoNode}},
	{"no-such-fault", http.StatusNotFound, "No such fault", []error{world.ErrNoRule}},
	{"no-such-fork", http.StatusNotFound, "No such fork", []error{host.ErrNoFork}},
	{"no-such-fixture", http.StatusNotFound, "No such fixture", []error{fixture.ErrUnknown}},
	{"wrong-method", http.StatusMethodNotAllowed, "The route does not have this method", []error{errMethod}},
	{"too-slow", http.StatusRequestTimeout, "The body did not come in time", []error{errTooSlow}},
	{"wrong-state", http.StatusConflict, "The cluster's state forbids it",
		[]error{world.ErrDown, world.ErrPaused, world.ErrLeads, syntax.ErrNobody, play.ErrNoSteps, errForgotten, host.ErrClock}},
	{"replaced", http.StatusConflict, "The cluster was replaced", []error{errReplaced, host.ErrReplaced}},
	{"too-many-forks", http.StatusConflict, "There are too many forks", []error{host.ErrForks}},
	{"gone", http.StatusGone, "The record is no longer kept", []error{explain.ErrGone, host.ErrGone}},
	{"too-long", http.StatusRequestEntityTooLarge, "The body is too long", []error{errTooLong}},
	{"invalid", http.StatusUnprocessableEntity, "The request has invalid values",
		[]error{errBody, errSince, explain.ErrAhead, host.ErrFuture, source.ErrInvalid, world.ErrSkew, bugs.ErrUnknown, world.ErrNoLink}},
	{"no-port", http.StatusServiceUnavailable, "A node's port is not available",
		[]error{syscall.EADDRINUSE, syscall.EADDRNOTAVAIL, syscall.EACCES, syscall.EMFILE, syscall.ENFILE}},
	{"busy", http.StatusServiceUnavailable, "Too many requests of this kind", []error{errBusy}},
	{"closed", http.StatusServiceUnavailable, "The emulator has been closed", []error{host.ErrClosed, context.Canceled}},
	{"still-untrue", http.StatusGatewayTimeout, "The conditions did not hold in time", []error{errUntrue}},
}

// typePrefix is what a problem's type begins with: an anchor on the index page.
const typePrefix = "/#"

// internal is the kind of what nobody foresaw.
var internal = kind{slug: "internal", status: http.StatusInternalServerError, title: "An internal error"}

func kindOfError(err error) kind {
	for _, k := range kinds {
		for _, e := range k.errs {
			if errors.Is(err, e) {
				return k
			}
		}
	}
	return internal
}

// A failure is an error of a request with everything that the problem says.
type failure struct {
	err        error // what kind of error it is
	detail     string
	flaws      []api.Flaw
	conditions []condition.Result
	place      *api.Place
}

// Error implements error.
func (f *failure) Error() string {
	if f.detail != "" {
		return f.detail
	}
	return detailOf(f.flaws)
}

// Unwrap gives the kind of error.
func (f *failure) Unwrap() error { return f.err }

// detailOf says all flaws in a line.
func detailOf(flaws []api.Flaw) string {
	if len(flaws) == 0 {
		return ""
	}
	first := flaws[0].Message
	if flaws[0].Key != "" {
		first = flaws[0].Key + " " + first
	}
	if len(flaws) > 1 {
		first += fmt.Sprintf("; and %d more, see errors", len(flaws)-1)
	}
	return first
}

// fail answers a request that failed. It is the only place that does.
func (c *call) fail(err error) {
	k := kindOfError(err)
	p := api.Problem{
		Type: typePrefix + k.slug, Title: k.title, Status: k.status,
		Detail: err.Error(), Instance: c.prefix + c.r.URL.EscapedPath(),
	}
	if f, ok := errors.AsType[*failure](err); ok {
		p.Errors, p.Conditions, p.Place = f.flaws, f.conditions, f.place
	} else if list, ok := errors.AsType[source.Errors](err); ok {
		for _, e := range list {
			p.Errors = append(p.Errors, api.Flaw{File: e.File, Line: e.Line, Key: e.Key, Message: e.Message})
		}
		p.Detail = detailOf(p.Errors)
	}
	for i := range p.Errors {
		if e := &p.Errors[i]; e.File == "" { // else the body was TOML
			e.Pointer = readjson.PointerOf(e.Key)
		}
	}
	if errors.Is(err, errBusy) {
		c.w.Header().Set("Retry-After", "1")
	}
	data, err := json.Marshal(p)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	c.write(p.Status, api.ProblemType, append(data, '\n'))
}
