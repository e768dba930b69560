package ctl

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/serve/api"
)

var fixtureListCommand = &command{
	name: "fixture list", doc: "list the fixtures that the emulator holds",
	setup: plain(func(c *call, _ []string) error {
		var a api.FixturesAnswer
		if err := c.ask(api.Get("/v1/fixtures", nil), &a); err != nil || c.json {
			return err
		}
		w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		for _, f := range a.Fixtures {
			fmt.Fprintf(w, "%s\t%s\n", f.Name, f.Description)
		}
		return w.Flush()
	}),
}

var fixtureShowCommand = &command{
	name: "fixture show", operands: "NAME", min: 1, max: 1, doc: "print the file of a fixture that the emulator holds",
	setup: plain(func(c *call, operands []string) error {
		return c.copy(api.Get("/v1/fixtures/"+url.PathEscape(operands[0]), nil))
	}),
}

// copy prints an answer that is a text.
func (c *call) copy(r api.Request) error {
	body, err := c.fetch(r)
	if err == nil && !c.json { // else it is printed already
		_, err = c.out.Write(body)
	}
	return err
}

var fixtureLoadCommand = &command{
	name: "fixture load", operands: "NAME|FILE", min: 1, max: 1,
	doc: "replace the cluster by another; its ports stay",
	more: `
What has a slash, or names a file that exists, is a file; else it is the name of
a fixture that the emulator holds, with or without .toml.`,
	setup: plain(loadFixture),
}

func loadFixture(c *call, operands []string) error {
	name := operands[0]
	r := api.Request{Method: http.MethodPut, Path: "/v1/fixture"}
	file := isFile(name)
	if file {
		data, err := source.ReadFile(name)
		if err != nil {
			return wrongf("fixture load: %v", err)
		}
		r.ContentType, r.Body = "application/toml", data
	} else {
		r.Query = url.Values{"name": {name}}
	}
	err := c.cluster(r, false)
	if refusal, ok := err.(*api.Problem); ok && file {
		refusal.File = name
	}
	return err
}

// isFile tells whether a path is meant, and no name.
func isFile(name string) bool {
	if strings.ContainsAny(name, `/\`) {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

var fixtureSaveCommand = &command{
	name: "fixture save", operands: "[FILE]", max: 1,
	doc: "write the cluster as it is now as a fixture, to FILE or standard output",
	setup: plain(func(c *call, operands []string) error {
		if len(operands) == 0 {
			return c.copy(api.Get("/v1/fixture", nil))
		}
		body, err := c.read(api.Get("/v1/fixture", nil))
		if err != nil {
			return err
		}
		return os.WriteFile(operands[0], body, 0o666)
	}),
}
