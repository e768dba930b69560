package submission

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"path/filepath"

	"rrmq.example/emulator/emulator/text"
)

// untar writes the files of a tar archive into a tree.
func untar(ctx context.Context, from io.Reader, t *tree) error {
	// Files that are left out are read also, and an archive may hold nothing else.
	bounded := &bounded{ctx: ctx, from: from, left: maxUnpacked * t.maxBytes}
	archive := tar.NewReader(bounded)
	for first := true; ; first = false {
		head, err := archive.Next()
		if bounded.err != nil {
			return bounded.err
		}
		if errors.Is(err, io.EOF) && !first {
			return bounded.rest()
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return damaged(err)
		}
		if err := untarOne(archive, head, t); err != nil {
			return err
		}
	}
}

// maxUnpacked is how much more an archive may hold than the submission in it.
const maxUnpacked = 4

// A bounded reader ends with its context, and after a number of bytes. It remembers why.
type bounded struct {
	ctx  context.Context
	from io.Reader
	left int64
	err  error
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.err = b.ctx.Err(); b.err == nil && b.left <= 0 {
		b.err = problem("the archive holds far more than a submission may have")
	}
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// rest reads what comes after the last file: the checksum stands there.
func (b *bounded) rest() error {
	_, err := io.Copy(io.Discard, b)
	if b.err != nil {
		return b.err
	}
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(err)
	}
	return nil // some programs append something
}

func untarOne(archive *tar.Reader, head *tar.Header, t *tree) error {
	if head.Typeflag == tar.TypeXGlobalHeader {
		return nil // git archive writes one
	}
	name, err := local(head.Name)
	if err != nil {
		return err
	}
	switch head.Typeflag {
	case tar.TypeDir:
		return t.dir(name)
	case tar.TypeSymlink:
		return t.symlink(name, head.Linkname)
	case tar.TypeLink:
		return t.hardLink(name, head.Linkname)
	case tar.TypeReg, tar.TypeGNUSparse:
		if name == "." {
			return problem("the archive holds a file without a name")
		}
		return t.file(name, head.Mode&0o111 != 0, archive, damaged)
	}
	return problem("the archive holds %s, which is neither a file nor a folder", text.QuoteShort(name, 200))
}

// hardLink copies a file that the archive holds already, under another name.
func (t *tree) hardLink(name, target string) error {
	target, err := local(target)
	if err != nil || t.skips(target) {
		return err
	}
	from, err := t.root.Open(filepath.FromSlash(target))
	if err != nil {
		return problem("the archive holds a link %s to %s, which does not come before it",
			text.QuoteShort(name, 200), text.QuoteShort(target, 200))
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || name == target {
		return problem("the archive holds a link %s to %s, which is no other file",
			text.QuoteShort(name, 200), text.QuoteShort(target, 200))
	}
	return t.file(name, info.Mode()&0o111 != 0, from, func(err error) error { return err })
}
