package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	// DefaultURL is the base URL at which a client looks for the API.
	DefaultURL = "http://127.0.0.1:8500"
	// URLVariable is the environment variable that names another one.
	URLVariable = "EMULATOR_URL"
	// OldURLVariable is the former name of URLVariable and still works.
	OldURLVariable = "EMULATOR_ADMIN"
)

// URL returns the base URL that the environment names, else DefaultURL.
func URL() string {
	for _, name := range []string{URLVariable, OldURLVariable} {
		if u := os.Getenv(name); u != "" {
			return u
		}
	}
	return DefaultURL
}

// dialTimeout bounds the time to connect.
const dialTimeout = 5 * time.Second

// A Client asks one admin API. It may be used by several goroutines.
type Client struct {
	base     string
	http     *http.Client
	patience patience
}

// NewClient returns a client of the API at a base URL. The scheme may be
// missing.
func NewClient(base string) (*Client, error) {
	given := base
	if !strings.Contains(base, "://") {
		base = "http://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !isHost(u.Hostname()) || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q is not the URL of an emulator, want one such as %s", given, DefaultURL)
	}
	// No proxy: the emulator is on this machine, or its address was given.
	transport := &http.Transport{DialContext: (&net.Dialer{Timeout: dialTimeout}).DialContext}
	base = strings.TrimSuffix(strings.TrimRight(base, "/"), "/v1") // requests have it in their paths
	return &Client{strings.TrimRight(base, "/"), &http.Client{Transport: transport, CheckRedirect: refuseRedirect}, defaultPatience}, nil
}

// refuseRedirect is an error that names where a server sends its clients. An emulator
// sends them nowhere, and a change must not reach a server that nobody named.
func refuseRedirect(next *http.Request, _ []*http.Request) error {
	return fmt.Errorf("it redirects to %s, and no emulator does", next.URL.Redacted())
}

// isHost reports whether a URL's host may be one: a bare number is a port without a host.
func isHost(name string) bool { return strings.Trim(name, "0123456789") != "" }

// Base returns the API's base URL.
func (c *Client) Base() string { return c.base }

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// A Request is one request to the API.
type Request struct {
	Method, Path string
	Query        url.Values
	ContentType  string // of Body
	Body         []byte
	Header       map[string]string
	// Long: the emulator may take up to an hour before it answers.
	Long bool
	// Streams: the answer has no end.
	Streams bool
}

// Get returns a GET request.
func Get(path string, query url.Values) Request {
	return Request{Method: http.MethodGet, Path: path, Query: query}
}

// Send returns a request with a JSON body; without a body if that is nil. It
// panics if body cannot be JSON.
func Send(method, path string, body any) Request {
	r := Request{Method: method, Path: path}
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		r.ContentType, r.Body = "application/json", data
	}
	return r
}

// Open sends a request and returns the answer with its body still unread. The
// caller closes the body. Reading fails when the server takes too long.
func (c *Client) Open(ctx context.Context, r Request) (*http.Response, error) {
	address := c.base + r.Path
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	g := c.patience.guarded(ctx, &r)
	q, err := http.NewRequestWithContext(g.ctx, r.Method, address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, errors.Join(err, g.Close())
	}
	if r.ContentType != "" {
		q.Header.Set("Content-Type", r.ContentType)
	}
	for name, value := range r.Header {
		q.Header.Set(name, value)
	}
	response, err := c.http.Do(q)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // Unreachable names the URL
		}
		err = g.reason(err)
		_ = g.Close()
		return nil, &Unreachable{c.base, err}
	}
	g.watch(response)
	if response.StatusCode == http.StatusOK || response.StatusCode == http.StatusCreated {
		return response, nil
	}
	defer response.Body.Close()
	return nil, c.refusal(response)
}

// maxRefusal bounds the problem that is read, in bytes: what answers may not be
// an emulator.
const maxRefusal = 8 << 20

// refusal reads the answer to a request that was refused.
func (c *Client) refusal(response *http.Response) error {
	contentType, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	body, err := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	p := &Problem{Raw: body}
	if err == nil && contentType == ProblemType {
		err = json.Unmarshal(body, p)
	}
	if err != nil || p.Status == 0 {
		return &Unreachable{c.base, fmt.Errorf("the answer %q is not an emulator's", response.Status)}
	}
	return p
}

// Fetch sends a request and returns the answer's body.
func (c *Client) Fetch(ctx context.Context, r Request) ([]byte, error) {
	response, err := c.Open(ctx, r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, &Unreachable{c.base, err}
	}
	return body, nil
}

// Ask sends a request and decodes the answer into a value.
func (c *Client) Ask(ctx context.Context, r Request, into any) error {
	body, err := c.Fetch(ctx, r)
	if err != nil {
		return err
	}
	return c.Decode(body, into)
}

// Decode decodes an answer's body that Fetch returned.
func (c *Client) Decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return &Unreachable{c.base, fmt.Errorf("its answer cannot be read: %w", err)}
	}
	return nil
}

// Unreachable is the error when no emulator answers at a URL.
type Unreachable struct {
	Base string // the URL
	Err  error  // what happened instead
}

// Error implements error.
func (e *Unreachable) Error() string {
	return fmt.Sprintf("no emulator answers at %s: %v", e.Base, e.Err)
}

// Unwrap returns what happened instead of an answer.
func (e *Unreachable) Unwrap() error { return e.Err }
