package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"path"
	"sync"
)

// Index is the name of the page itself.
const Index = "index.html"

//go:embed web
var embedded embed.FS

// web returns the files of the page.
func web() fs.FS {
	files, err := fs.Sub(embedded, "web")
	if err != nil { // the folder is embedded
		panic(err)
	}
	return files
}

// types are the content types of the page's files by their extensions.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".json": "application/json",
	".md":   "text/plain; charset=utf-8",
	"":      "text/plain; charset=utf-8", // LICENSE
}

// A file is one of the page, as it is served.
type file struct {
	contentType string
	text        []byte
	zipped      []byte
	tag         string // of the text, without quotes
}

// files are those of the page by their names, which have slashes. They are read and
// compressed when somebody first asks.
var files = sync.OnceValue(func() map[string]*file {
	all := map[string]*file{}
	for _, name := range Names() {
		text, err := fs.ReadFile(web(), name)
		if err != nil { // the files are in memory
			panic(err)
		}
		sum := sha256.Sum256(text)
		all[name] = &file{types[path.Ext(name)], text, compress(text), base64.RawURLEncoding.EncodeToString(sum[:12])}
	}
	return all
})

// compress writes a text as gzip does, always alike.
func compress(text []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil { // the level exists
		panic(err)
	}
	if _, err := w.Write(text); err != nil { // a buffer takes all
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Names lists the files of the page in order, such as "view/ring.js".
func Names() []string {
	var names []string
	err := fs.WalkDir(web(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && types[path.Ext(name)] != "" {
			names = append(names, name)
		}
		return err
	})
	if err != nil { // the files are in memory
		panic(err)
	}
	return names
}
