package page

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// main is the module that boots the page.
const mainModule = "main.js"

// A bundler puts modules together.
type bundler struct {
	files fs.FS
	names map[string]string // the variable of each module
	path  []string          // the modules whose imports are being read
	known map[string]*module
	out   strings.Builder
}

// bundle makes one script of the page's modules: each is a function, called once, after
// those that it imports. The licences of others' modules stand on top.
func bundle(files fs.FS) (string, error) {
	b := &bundler{files: files, names: map[string]string{}, known: map[string]*module{}}
	if err := b.licences(); err != nil {
		return "", err
	}
	if err := b.add(mainModule); err != nil {
		return "", err
	}
	return b.out.String(), nil
}

// licences writes the licences of what others have written.
func (b *bundler) licences() error {
	found, err := fs.Glob(b.files, "*/LICENSE*")
	if err != nil {
		return err
	}
	for _, name := range found {
		text, err := fs.ReadFile(b.files, name)
		if err != nil {
			return err
		}
		clean := strings.NewReplacer("*/", "* /", "<!--", "<! --", "</", "< /").Replace(string(text))
		fmt.Fprintf(&b.out, "/*! %s\n%s*/\n", strings.TrimPrefix(path.Base(name), "LICENSE-"), clean)
	}
	return nil
}

// add writes a module, behind those that it imports.
func (b *bundler) add(name string) error {
	if _, done := b.names[name]; done {
		return nil
	}
	if at := slices.Index(b.path, name); at >= 0 {
		return fmt.Errorf("%w: modules import each other: %s", errSyntax, strings.Join(append(b.path[at:], name), ", "))
	}
	text, err := fs.ReadFile(b.files, name)
	if err != nil {
		return err
	}
	m, err := parse(name, string(text))
	if err != nil {
		return err
	}
	b.path = append(b.path, name)
	for _, i := range m.imports {
		if err := b.add(i.from); err != nil {
			return err
		}
		if err := b.check(m, i); err != nil {
			return err
		}
	}
	b.path = b.path[:len(b.path)-1]
	b.names[name], b.known[name] = fmt.Sprintf("$$%d", len(b.names)), m
	b.write(m)
	return nil
}

// check refuses names that the other module does not export.
func (b *bundler) check(m *module, i imports) error {
	for _, n := range i.names {
		if !slices.ContainsFunc(b.known[i.from].exports, func(e pair) bool { return e.other == n.own }) {
			return fmt.Errorf("%s: %s does not export %s", m.name, i.from, n.own)
		}
	}
	return nil
}

// write writes a module as a function. The one that boots the page may wait.
func (b *bundler) write(m *module) {
	head, foot := "(() => {", "})()"
	if m.name == mainModule {
		head, foot = "await (async () => {", "})()"
	}
	fmt.Fprintf(&b.out, "// %s\nconst %s = %s\n", m.name, b.names[m.name], head)
	for _, i := range m.imports {
		fmt.Fprintf(&b.out, "const {%s} = %s;\n", listed(i.names), b.names[i.from])
	}
	b.out.WriteString(strings.TrimSpace(m.body))
	fmt.Fprintf(&b.out, "\n;return {%s};\n%s;\n", listedExports(m.exports), foot)
}

func listed(names []pair) string {
	words := make([]string, len(names))
	for i, n := range names {
		if words[i] = n.own; n.own != n.other {
			words[i] += ": " + n.other
		}
	}
	return strings.Join(words, ", ")
}

func listedExports(names []pair) string {
	turned := make([]pair, len(names))
	for i, n := range names {
		turned[i] = pair{n.other, n.own}
	}
	return listed(turned)
}
