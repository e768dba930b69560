package main

import (
	"bytes"
	"encoding/json"
	"os"
)

// The parts of CycloneDX 1.6 that a bill of materials of this program has, see
// https://cyclonedx.org/docs/1.6/json/. It has no serial number and no time of its making,
// so that the same commit gives the same bill.
type (
	bill struct {
		Format       string      `json:"bomFormat"`
		SpecVersion  string      `json:"specVersion"`
		Version      int         `json:"version"`
		Metadata     metadata    `json:"metadata"`
		Components   []component `json:"components"`
		Dependencies []relation  `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp,omitempty"` // of the commit
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version,omitempty"`
		Hashes     []checksum `json:"hashes,omitempty"`
		URL        string     `json:"purl,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	checksum struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	relation struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

// writeBill writes the bill of materials: the program, its binaries and what is linked.
func writeBill(name string, src source, modules []dependency, files []file) error {
	main := library(dependency{path: module, version: src.version})
	main.Type = "application"
	if src.commit != "" {
		main.Properties = []property{{"vcs.revision", src.commit}}
	}
	b := bill{
		Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: metadata{Timestamp: src.time, Component: main},
	}
	uses := relation{Ref: main.Ref}
	for _, d := range modules {
		c := library(d)
		b.Components = append(b.Components, c)
		uses.DependsOn = append(uses.DependsOn, c.Ref)
	}
	for _, f := range files {
		b.Components = append(b.Components, component{
			Type: "file", Ref: f.name, Name: f.name, Hashes: []checksum{{"SHA-256", f.sum}},
		})
	}
	b.Dependencies = []relation{uses}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetIndent("", "  ")
	if err := e.Encode(b); err != nil {
		return err
	}
	return os.WriteFile(name, text.Bytes(), 0o644)
}

// library describes a module. Its sum is that of go.sum, which is no hash of one file.
func library(d dependency) component {
	c := component{Type: "library", Name: d.path, Version: d.version, URL: "pkg:golang/" + d.path + "@" + d.version}
	c.Ref = c.URL
	if d.sum != "" {
		c.Properties = []property{{"go.sum", d.sum}}
	}
	return c
}
