package ctl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// dialTimeout is how long a connection may take to come about. How long an
// answer may take is for the API to say: some requests are there to wait.
const dialTimeout = 5 * time.Second

// A client asks the admin API.
type client struct {
	base string
	http *http.Client
}

// newClient makes a client of the API at a URL, whose scheme may be missing.
func newClient(base string) (*client, error) {
	given := base
	if !strings.Contains(base, "://") {
		base = "http://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, wrongf("%q is no URL of an emulator, want one such as %s", given, DefaultURL)
	}
	// No proxy: the emulator is on this machine, or its address was given.
	transport := &http.Transport{DialContext: (&net.Dialer{Timeout: dialTimeout}).DialContext}
	return &client{strings.TrimRight(base, "/"), &http.Client{Transport: transport}}, nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// A request is what is asked of the API.
type request struct {
	method, path string
	query        url.Values
	contentType  string
	body         []byte
	header       map[string]string
}

// unreachable: nobody answers, or somebody who is no emulator.
type unreachable struct {
	base string
	err  error
}

func (e *unreachable) Error() string {
	return fmt.Sprintf("no emulator answers at %s: %v\nStart one with: emulator\nIf its admin API is elsewhere, say so with -url URL or %s=URL.",
		e.base, e.err, URLVariable)
}

func (e *unreachable) Unwrap() error { return e.err }

// open sends a request and gives the answer with its body still to be read. The
// error is an unreachable or a problem.
func (c *client) open(ctx context.Context, r request) (*http.Response, error) {
	address := c.base + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	q, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	if r.contentType != "" {
		q.Header.Set("Content-Type", r.contentType)
	}
	for name, value := range r.header {
		q.Header.Set(name, value)
	}
	response, err := c.http.Do(q)
	if err != nil {
		if e, ok := err.(*url.Error); ok {
			err = e.Err // the rest of it is said anyway
		}
		return nil, &unreachable{c.base, err}
	}
	if response.StatusCode == http.StatusOK {
		return response, nil
	}
	defer response.Body.Close()
	return nil, c.refused(response)
}

// refused reads the answer to a request that was refused.
func (c *client) refused(response *http.Response) error {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	body, err := io.ReadAll(response.Body)
	p := problem{raw: body}
	if err == nil && kind == "application/problem+json" {
		err = json.Unmarshal(body, &p)
	}
	if err != nil || p.Status == 0 {
		return &unreachable{c.base, fmt.Errorf("the answer is %q, and no emulator's", response.Status)}
	}
	return &p
}

// ask sends a request and reads the answer. With -json the answer goes to
// standard output, and into is nil or filled all the same.
func (c *call) ask(r request, into any) error {
	body, err := c.fetch(r)
	if err != nil || into == nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &unreachable{c.client.base, fmt.Errorf("its answer can't be read: %w", err)}
	}
	return nil
}

// fetch sends a request and gives the answer's body.
func (c *call) fetch(r request) ([]byte, error) {
	body, err := c.read(r)
	if refusal, ok := err.(*problem); ok {
		body = refusal.raw
	}
	if c.json && body != nil {
		if _, err := c.out.Write(body); err != nil {
			return nil, err
		}
	}
	return body, err
}

// read is fetch without printing anything.
func (c *call) read(r request) ([]byte, error) {
	response, err := c.client.open(c.ctx, r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, &unreachable{c.client.base, err}
	}
	return body, nil
}

func get(path string, query url.Values) request {
	return request{method: http.MethodGet, path: path, query: query}
}

// send is a request with a JSON body, or without one.
func send(method, path string, body any) request {
	r := request{method: method, path: path}
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil { // commands make nothing that can't be JSON
			panic(err)
		}
		r.contentType, r.body = "application/json", data
	}
	return r
}
