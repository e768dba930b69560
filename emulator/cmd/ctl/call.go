package ctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
)

// A call is one run of a command.
type call struct {
	*cli.Call
	ctx    context.Context
	client *api.Client
	json   bool
	color  string
	out    io.Writer // standard output
	notes  io.Writer // standard error
}

// do runs a command.
func (o *options) do(ctx context.Context, k *cli.Call, run func(*call) error) error {
	client, err := api.NewClient(o.base())
	if err != nil {
		return cli.Usagef("%w", err)
	}
	defer client.Close()
	err = run(&call{Call: k, ctx: ctx, client: client, json: o.json, color: o.color, out: k.Stdout, notes: k.Stderr})
	if err != nil && ctx.Err() != nil {
		return cli.Undecidedf("interrupted")
	}
	return withCode(err)
}

// withCode gives an error of the API its exit code.
func withCode(err error) error {
	if _, ok := errors.AsType[*api.Unreachable](err); ok {
		return cli.WithCode(cli.Environment, fmt.Errorf(
			"%w\nStart one with: emulator\nIf its admin API is elsewhere, name it with -url URL or %s=URL.", err, api.URLVariable))
	}
	if p, ok := errors.AsType[*api.Problem](err); ok {
		p.Detail = ours.Replace(p.Detail)
		return cli.WithCode(exitCode(p), err)
	}
	return err
}

// ours replaces the API's words for what a user of ctl has written, or may write.
var ours = strings.NewReplacer(
	`the query's "since"`, "-since", `the query's "node"`, "-node", `the query's "limit"`, "-limit", `the query's "log"`, "-log",
	`the query's "queue"`, "-queue", `the query's "seq"`, "SEQ", "; since=", "; -since ", ", since=last", ", -since last", "GET /v1/fixtures lists all", "emulator ctl fixture list lists all",
	"GET /v1/forks lists", "emulator ctl forks lists", "DELETE /v1/forks/{fork}", "emulator ctl forks end FORK",
)

// exitCode returns the exit code of a refusal.
func exitCode(p *api.Problem) int {
	switch {
	case p.Status == http.StatusGatewayTimeout:
		return cli.Failed
	case p.Type == api.TypeReplaced:
		return cli.Undecided
	case p.Status >= http.StatusInternalServerError:
		return cli.Environment
	}
	return cli.Usage
}

// ask sends a request and decodes the answer into a value, unless that is nil.
// With -json the answer goes to standard output as well.
func (c *call) ask(r api.Request, into any) error {
	body, err := c.fetch(r)
	if err != nil || into == nil {
		return err
	}
	return c.client.Decode(body, into)
}

// fetch sends a request and returns the answer's body. With -json the answer,
// a problem included, goes to standard output as well.
func (c *call) fetch(r api.Request) ([]byte, error) {
	body, err := c.read(r)
	if refusal, ok := errors.AsType[*api.Problem](err); ok {
		body = refusal.Raw
	}
	if c.json && body != nil {
		if _, err := c.out.Write(body); err != nil {
			return nil, err
		}
	}
	return body, err
}

// read is fetch without printing anything.
func (c *call) read(r api.Request) ([]byte, error) { return c.client.Fetch(c.ctx, r) }

// long marks a request whose answer may take long.
func long(r api.Request) api.Request {
	r.Long = true
	return r
}
