package ctl

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text/outfile"
)

// fixture is emulator ctl fixture.
func (o *options) fixture() *cli.Command {
	var overwrite bool
	var seq string
	return &cli.Command{
		Name:     "fixture",
		Summary:  "list, show, load and save fixtures",
		About:    "Lists and shows the emulator's fixtures, replaces the cluster by one, and writes the cluster as one.",
		Examples: cli.Examples{{"emulator ctl fixture load figure_7", "start from a state of the paper"}, {"emulator ctl fixture save now.toml", "write the state of the cluster"}},
		Exit:     exits(cli.Codes{}),
		Commands: []*cli.Command{
			o.command(cli.Command{Name: "list", Summary: "list the emulator's fixtures"}, (*call).listFixtures),
			o.command(cli.Command{
				Name: "show", Operands: "NAME", Min: 1, Max: 1, Summary: "print a fixture of the emulator", Complete: cli.FixtureNames,
			}, func(c *call) error { return c.copy(api.Get("/v1/fixtures/"+url.PathEscape(c.Args[0]), nil)) }),
			o.command(cli.Command{
				Name: "load", Operands: "NAME|FILE", Min: 1, Max: 1, Complete: cli.FixtureNames,
				Summary: "replace the cluster; the ports stay",
				About: `Replaces the cluster by the one of a fixture; the ports stay. An operand with a slash,
or that names an existing file, is a file; - is standard input; any other is the name of a
fixture of the emulator, with or without .toml.`,
				Examples: cli.Examples{{"emulator ctl fixture load figure_7", "a fixture of the emulator"}, {"emulator ctl fixture load ./mine.toml", "a file"}, {"zcat now.toml.gz | emulator ctl fixture load -", "a compressed file"}},
			}, loadFixture),
			o.command(cli.Command{
				Name: "save", Operands: "[FILE]", Max: 1, Summary: "write the cluster's state as a fixture",
				About:    "Writes the cluster's state as a fixture to FILE, or to standard output if that is - or left out.",
				Examples: cli.Examples{{"emulator ctl fixture save now.toml", "to a file"}, {"emulator ctl fixture save -seq 1234 then.toml", "as it was after event 1234"}},
				Flags:    []*cli.Flag{cli.Overwrite(&overwrite), cli.String(&seq, "seq", "", "write the state after the event with number `N`, not the present one")},
			}, func(c *call) error { return c.saveFixture(overwrite, seq) }),
		},
	}
}

func (c *call) listFixtures() error {
	var a api.FixturesAnswer
	if err := c.ask(api.Get("/v1/fixtures", nil), &a); err != nil || c.json {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, f := range a.Fixtures {
		fmt.Fprintf(w, "%s\t%s\n", f.Name, f.Description)
	}
	return w.Flush()
}

// copy prints an answer that is text.
func (c *call) copy(r api.Request) error {
	body, err := c.fetch(r)
	if err == nil && !c.json { // with -json fetch has printed it
		_, err = c.out.Write(body)
	}
	return err
}

func loadFixture(c *call) error {
	name := c.Args[0]
	r := api.Request{Method: http.MethodPut, Path: "/v1/fixture", Long: true}
	file := name == cli.Stream || isFile(name)
	if file {
		data, err := c.ReadFile(name)
		if err != nil {
			return cli.Usagef("%w", err)
		}
		r.ContentType, r.Body = "application/toml", data
	} else {
		r.Query = url.Values{"name": {name}}
	}
	err := c.cluster(r, false)
	if refusal, ok := err.(*api.Problem); ok {
		switch {
		case name == cli.Stream:
			refusal.File = "stdin"
		case file:
			refusal.File = name
		case strings.HasSuffix(name, ".toml") && refusal.Status == http.StatusNotFound:
			refusal.Detail = fmt.Sprintf("there is no file %s, and %s", name, refusal.Detail)
		}
	}
	return err
}

// isFile reports whether an operand is a path and not a name.
func isFile(name string) bool {
	if strings.ContainsAny(name, `/\`) {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

func (c *call) saveFixture(overwrite bool, seq string) error {
	state := long(api.Get("/v1/fixture", nil))
	if seq != "" {
		state.Query = url.Values{"seq": {seq}}
	}
	if len(c.Args) == 0 || c.Args[0] == cli.Stream {
		return c.copy(state)
	}
	out, err := outfile.Create(c.Args[0], cli.FixtureFile(overwrite))
	if err != nil {
		return err
	}
	defer out.Abort()
	body, err := c.read(state)
	if err != nil {
		return err
	}
	return cli.WriteFixture(out, "ctl fixture save", body)
}
