package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

// forksPath is where the forks are. Below the path of one, all other routes are about it.
const forksPath = "/v1/forks"

// waitForRewinding is how long a request waits for others that find a moment of the past.
const waitForRewinding = 10 * time.Second

func getForks(c *call) (any, error) {
	a := api.ForksAnswer{Forks: []api.ForkState{}, Most: host.MaxForks}
	for _, f := range c.host.Forks() {
		a.Forks = append(a.Forks, forkStateOf(f))
	}
	return a, nil
}

func getFork(c *call) (any, error) {
	f, err := c.fork()
	if err != nil {
		return nil, err
	}
	return api.ForkAnswer{ForkState: forkStateOf(f)}, nil
}

func postFork(c *call) (any, error) {
	b := api.ForkBody{Seq: api.Present}
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	if err := c.enter(c.rewinding, waitForRewinding); err != nil {
		return nil, err
	}
	f, err := c.host.Fork(c.r.Context(), b.Run, uint64(b.Seq))
	if err != nil {
		return nil, err
	}
	return created{api.ForkAnswer{ForkState: forkStateOf(f)}}, nil
}

func deleteFork(c *call) (any, error) {
	f, err := c.fork()
	if err != nil {
		return nil, err
	}
	if err := c.host.DeleteFork(f.ID); err != nil {
		return nil, err
	}
	c.forks.Delete(f.ID)
	return getForks(c)
}

// fork is the one that the path names.
func (c *call) fork() (*host.Fork, error) { return c.forkNamed(c.r.PathValue("fork")) }

func (a *handler) forkNamed(name string) (*host.Fork, error) {
	id, err := strconv.Atoi(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %.40q, want the number of a fork; GET %s lists them", host.ErrNoFork, name, forksPath)
	}
	f, err := a.host.FindFork(id)
	if err != nil {
		return nil, fmt.Errorf("%w; GET %s lists the forks", err, forksPath)
	}
	return f, nil
}

func forkStateOf(f *host.Fork) api.ForkState {
	s := api.ForkState{
		ID: f.ID, Clock: clockStateOf(f.Host.Clock()),
		From: api.ForkOrigin{RunID: f.Run, Place: api.Place{Seq: f.Seq, TimeMS: api.Millis(f.Time)}},
	}
	f.Host.Observe(func(o host.View) { s.RunID, s.Place = o.RunID(), here(o) })
	return s
}

// belowFork returns the name of the fork that a path is below of.
func belowFork(path string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(path, forksPath+"/")
	if !ok {
		return "", false
	}
	name, _, ok = strings.Cut(rest, "/")
	return name, ok
}

// serveFork answers a request below the path of a fork, with the same handlers, over the
// fork's host.
func (a *handler) serveFork(w http.ResponseWriter, r *http.Request, name string) {
	f, err := a.forkNamed(name)
	if err != nil {
		c := &call{handler: a, w: w, r: r}
		if foreign := a.checkOrigin(r); foreign != nil {
			err = foreign
		}
		c.fail(err)
		return
	}
	made, ok := a.forks.Load(f.ID)
	if !ok {
		inner := newHandler(f.Host, a.options)
		inner.beInFork(forksPath + "/" + strconv.Itoa(f.ID))
		made, _ = a.forks.LoadOrStore(f.ID, inner)
		if _, err := a.host.FindFork(f.ID); err != nil { // deleted meanwhile
			a.forks.Delete(f.ID)
		}
	}
	inner := made.(*handler)
	inner.ServeHTTP(w, inner.inside(r, forksPath+"/"+name))
}

// beInFork makes the handler that of a fork whose routes are below a path.
func (a *handler) beInFork(prefix string) {
	a.prefix = prefix
	routes := a.routes[:0]
	for _, to := range a.routes {
		if !strings.HasPrefix(to.path, forksPath) {
			routes = append(routes, to)
		}
	}
	a.routes = routes
	a.mux = newMux(a)
}

// inside returns a request as the fork's handler sees it. The /v1 of its route may be
// missing: /v1/forks/1/nodes is the fork's /v1/nodes.
func (a *handler) inside(r *http.Request, prefix string) *http.Request {
	inner := *r
	inner.URL = new(url.URL)
	*inner.URL = *r.URL
	inner.URL.Path = strings.TrimPrefix(r.URL.Path, prefix)
	inner.URL.RawPath = strings.TrimPrefix(r.URL.RawPath, prefix)
	if len(a.methods(&inner)) == 0 && !strings.HasPrefix(inner.URL.Path, "/v1") {
		inner.URL.Path = "/v1" + inner.URL.Path
		if inner.URL.RawPath != "" {
			inner.URL.RawPath = "/v1" + inner.URL.RawPath
		}
	}
	return &inner
}
