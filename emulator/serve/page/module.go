package page

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// errSyntax: a module uses something that the bundler does not know.
var errSyntax = errors.New("syntax that the page's modules do not use")

// A module is one of the page, taken apart.
type module struct {
	name    string
	imports []imports
	exports []pair
	body    string // without imports, exports and comments
}

// imports is what one statement imports.
type imports struct {
	from  string // the other module's name
	names []pair
}

// A pair is the name that a module has for something, and another name for it.
type pair struct{ own, other string }

// A parser takes a module apart. It knows only these forms, at the top level:
//
//	import {a, b as c} from './x.js'
//	export function …, export async function …, export const NAME =, export class …
//	export {a, b as c}
type parser struct {
	module
	tokens []token
	at     int
	out    strings.Builder
	begun  bool // something other than an import has come
}

func parse(name, text string) (*module, error) {
	tokens, err := scan(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &parser{module: module{name: name}, tokens: tokens}
	for p.at < len(p.tokens) {
		if err := p.statement(); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, p.tokens[min(p.at, len(p.tokens)-1)].line, err)
		}
	}
	p.body = p.out.String()
	return &p.module, nil
}

// statement copies a token, or takes an import or export.
func (p *parser) statement() error {
	t := p.tokens[p.at]
	switch {
	case t.kind == space:
		p.copySpace(t.text)
		p.at++
		return nil
	case t.kind == comment:
		p.copySpace(strings.Repeat("\n", min(1, strings.Count(t.text, "\n"))) + " ")
		p.at++
		return nil
	case t.kind == word && (t.text == "import" || t.text == "export") && p.before() != "." && p.peek(1) != ":":
		if t.depth > 0 {
			return fmt.Errorf("%w: %s inside of something", errSyntax, t.text)
		}
		if t.text == "import" {
			return p.imported()
		}
		p.begun = true
		return p.exported()
	}
	p.begun = true
	p.out.WriteString(safe(t))
	p.at++
	return nil
}

// copySpace shortens space to a line break or a blank.
func (p *parser) copySpace(text string) {
	short := " "
	if strings.Contains(text, "\n") {
		short = "\n"
	}
	if written := p.out.String(); !strings.HasSuffix(written, "\n") && !strings.HasSuffix(written, short) {
		p.out.WriteString(short)
	}
}

// safe writes a token so that it does not end the script in which it stands.
func safe(t token) string {
	if t.kind != literal {
		return t.text
	}
	text := strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`, "<!--", `<\!--`).Replace(t.text)
	for at := 0; ; {
		i := strings.Index(strings.ToLower(text[at:]), "</script")
		if i < 0 {
			return text
		}
		text = text[:at+i] + `<\/` + text[at+i+2:]
		at += i + len("</script")
	}
}

// before is the last token that was copied, "" at the beginning.
func (p *parser) before() string {
	for i := p.at - 1; i >= 0; i-- {
		if t := p.tokens[i]; t.kind != space && t.kind != comment {
			return t.text
		}
	}
	return ""
}

// peek is the n-th token after this one, without spaces and comments.
func (p *parser) peek(n int) string {
	for _, t := range p.tokens[p.at+1:] {
		if t.kind == space || t.kind == comment {
			continue
		}
		if n--; n == 0 {
			return t.text
		}
	}
	return ""
}

// take goes to the next token and returns it.
func (p *parser) take() string {
	for p.at++; p.at < len(p.tokens); p.at++ {
		if t := p.tokens[p.at]; t.kind != space && t.kind != comment {
			return t.text
		}
	}
	return ""
}

// names reads {a, b as c}, behind whose { the parser stands.
func (p *parser) names() ([]pair, error) {
	var list []pair
	for {
		name := p.take()
		if name == "}" {
			return list, nil
		}
		n := pair{name, name}
		next := p.take()
		if next == "as" {
			n.other = p.take()
			next = p.take()
		}
		if !isName(n.own) || !isName(n.other) || next != "," && next != "}" {
			return nil, fmt.Errorf("%w: want {a, b as c}", errSyntax)
		}
		list = append(list, n)
		if next == "}" {
			return list, nil
		}
	}
}

func isName(s string) bool {
	return s != "" && s != "default" && strings.TrimFunc(s, isNamePart) == ""
}

// imported takes import {a, b as c} from './x.js'.
func (p *parser) imported() error {
	if p.begun {
		return fmt.Errorf("%w: an import behind other statements", errSyntax)
	}
	if p.take() != "{" {
		return fmt.Errorf("%w: want import {a, b as c} from './x.js'", errSyntax)
	}
	names, err := p.names()
	if err != nil {
		return err
	}
	from := ""
	if p.take() == "from" {
		from = strings.Trim(p.take(), `'"`)
	}
	if !strings.HasPrefix(from, "./") && !strings.HasPrefix(from, "../") {
		return fmt.Errorf("%w: want import {a, b as c} from './x.js'", errSyntax)
	}
	p.imports = append(p.imports, imports{path.Join(path.Dir(p.name), from), names})
	return p.endStatement()
}

// endStatement steps over the last token of a statement, and a semicolon.
func (p *parser) endStatement() error {
	if p.peek(1) == ";" {
		p.take()
	}
	p.at++
	return nil
}

// exported takes what export stands before.
func (p *parser) exported() error {
	switch kind := p.peek(1); kind {
	case "{":
		p.take()
		names, err := p.names()
		if err != nil {
			return err
		}
		p.exports = append(p.exports, names...)
		if p.peek(1) == "from" {
			return fmt.Errorf("%w: export from another module", errSyntax)
		}
		return p.endStatement()
	case "async", "function", "class", "const":
		n := 2
		for p.peek(n) == "function" || p.peek(n) == "*" {
			n++
		}
		if name := p.peek(n); isName(name) {
			p.exports = append(p.exports, pair{name, name})
			p.at++ // the word export is left out
			return nil
		}
	}
	return fmt.Errorf("%w: want export function, const or class with a name, or export {a, b as c}", errSyntax)
}
